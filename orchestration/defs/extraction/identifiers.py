"""Sources as Dagster knows them: names, keys and figures."""

import hashlib

from dagster import AssetKey

from orchestration.extract.source_readings import SourceReading
from orchestration.source_settings import AnySource

# The tag of what only a source's own job makes.
LANDS_ONLY = "rollbook/lands_only"


def identifier(name: str) -> str:
    """A name as Dagster takes it; two names never become one."""
    plain = "".join(each if each.isalnum() else "_" for each in name)
    if plain == name:
        return name
    return f"{plain}_{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def source_key(source: AnySource) -> AssetKey:
    """The asset of a source: what is landed of it."""
    return AssetKey(["sources", identifier(source.name)])


def figures(reading: SourceReading) -> dict[str, int]:
    """What Dagster shows of a reading."""
    return {"rows": reading.rows, "warnings": len(reading.warnings)}

"""Return readers to an earlier version."""

from __future__ import annotations

from orchestration.errors import BadInputError
from orchestration.home import Home
from orchestration.publish.records import complete_records
from orchestration.publish.versions import Versions
from orchestration.run_ledger import Event, record_command


def roll_back(home: Home, version_id: str | None) -> str:
    """Serve ``version_id``, or the version before the current one.

    Returns:
        The id of the version that readers now open.

    Raises:
        BadInputError: there is no such version, or none before the current one.
    """
    complete_records(home)
    versions = Versions(home)
    if version_id is None:
        current = versions.current()
        older = [kept for kept in versions.kept() if current and kept < current]
        if not older:
            raise BadInputError(
                f"home {home.root} keeps no version before {current or 'the first'}"
            )
        version_id = older[-1]
    versions.serve(version_id)
    record_command(home, Event.ROLLED_BACK, publication_id=version_id)
    return version_id

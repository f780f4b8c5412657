"""The fingerprint of section 3: a parameter set as canonical JSON text."""

from oracle.json_text import Json, Number, compact
from oracle.rules import RuleCounter
from oracle.values import trimmed


def kept_params(params: dict[str, Json]) -> dict[str, Json]:
    """Return the parameters that a fingerprint holds, in its order.

    "Keys in code-point order, null and (after the trim) empty strings left out,
    strings trimmed." Python orders text by code point. Strings inside arrays and
    objects are part of those values' JSON text and stay as they are.
    """
    kept: dict[str, Json] = {}
    for key in sorted(params):
        value = params[key]
        if isinstance(value, str):
            value = trimmed(value)
        if value is not None:
            kept[key] = value
    return kept


def fingerprint(params: dict[str, Json]) -> str:
    """Return the parameter set as JSON text."""
    return compact(kept_params(params))


def count_fingerprint_rules(params: dict[str, Json], rules: RuleCounter) -> None:
    """Count what the fingerprint of these parameters had to do."""
    for value in params.values():
        rules.hit_if("fingerprint_null", when=value is None)
        rules.hit_if("fingerprint_number", when=isinstance(value, Number))
        rules.hit_if("fingerprint_boolean", when=isinstance(value, bool))
        rules.hit_if("fingerprint_nested", when=isinstance(value, (list, dict)))
        rules.hit_if("fingerprint_bare", when=value in ([], {}))
        if isinstance(value, str):
            rules.hit_if("fingerprint_empty", when=trimmed(value) is None)
            changed = trimmed(value) not in (None, value)
            rules.hit_if("fingerprint_trimmed", when=changed)
    rules.hit_if("fingerprint_of_nothing", when=not kept_params(params))

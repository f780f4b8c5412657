"""JSON as the contract sees it: number texts kept, duplicate keys refused."""

import json
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

Json: TypeAlias = "bool | str | Number | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number, by its text: 1, 1.0 and 1e0 are three numbers."""

    text: str


class JsonTextError(Exception):
    """The text is not JSON that can be kept."""


class DuplicateKeyError(JsonTextError):
    """An object with one key twice."""


def parse_json(text: str) -> Json:
    r"""Parse one JSON text.

    "A bad row: an object with one key twice at any depth." Keys compare decoded, so
    that "a" and "\u0061" are one. Half a surrogate pair is no text: refused.
    """
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_refuse_constant,
        )
        compact(value).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise JsonTextError(str(error)) from error
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, value in pairs:
        if key in found:
            raise DuplicateKeyError(f"the key {key!r} occurs twice")
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise JsonTextError(f"{name} is no JSON")


def compact(value: Json) -> str:
    """Write a value "by its JSON text without white space between tokens".

    Keys of an inner object stay as written: only the parameter set itself has its
    "keys in code-point order". "No needless escapes."
    """
    if isinstance(value, Number):
        return value.text
    if isinstance(value, list):
        return "[" + ",".join(compact(element) for element in value) + "]"
    if isinstance(value, dict):
        inner = (f"{_quoted(key)}:{compact(part)}" for key, part in value.items())
        return "{" + ",".join(inner) + "}"
    if isinstance(value, str):
        return _quoted(value)
    return {None: "null", True: "true", False: "false"}[value]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

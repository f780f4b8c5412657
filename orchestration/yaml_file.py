"""A YAML file that is checked against a class, and says in which line it is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from orchestration.errors import BadInputError

Model = TypeVar("Model", bound=BaseModel)


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Read ``path`` as ``model``; an empty file is all defaults.

    No message quotes a value: one may be a password.

    Raises:
        BadInputError: it cannot be read, is no YAML, or says what the model does not
            allow; the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            # One may hold itself, or grow without end.
            if isinstance(token, yaml.AliasToken):
                raise _wrong(
                    path, token.start_mark.line + 1, "aliases (*) are not allowed"
                )
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise BadInputError(f"{path} cannot be read: {reason}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or "a character is not allowed")
        raise _wrong(
            path, mark.line + 1 if mark else 1, problem.split("'")[0]
        ) from None
    if root is None:
        return model()
    _refuse_repeated_keys(path, root)
    try:
        return model.model_validate(_Loader("").construct_document(root))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = "it has a tag or a value that is not allowed"
        raise _wrong(path, line, problem) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise _wrong(
            path,
            _line(root, first["loc"]),
            f"{_dotted(first['loc'])}: {_message(first['type'], first['msg'])}",
        ) from None


class _Loader(yaml.SafeLoader):
    """Marks the place of a value that is none, such as a 30th of February."""

    def construct_object(self, node: yaml.Node, *given: Any, **named: Any) -> Any:
        try:
            return super().construct_object(node, *given, **named)
        except yaml.YAMLError:
            raise
        except Exception as error:
            raise yaml.MarkedYAMLError(problem_mark=node.start_mark) from error


def _wrong(path: Path, line: int, problem: str) -> BadInputError:
    return BadInputError(f"{path}, line {line}: {' '.join(problem.split())}")


def _message(kind: str, message: str) -> str:
    plain = {
        "extra_forbidden": "there is no such setting",
        "model_type": "settings with names are wanted here",
        "tuple_type": "a list is wanted here",
        "missing": "it is missing",
        "union_tag_not_found": "kind is missing",
        "union_tag_invalid": "there is no such kind: use platform, oneroster,"
        " canvas, cloudwork or echo360",
    }
    if kind in plain:
        return plain[kind]
    if kind == "value_error":
        return message.split(", ", 1)[1]
    return message[:1].lower() + message[1:]


def _dotted(place: Sequence[int | str]) -> str:
    """``alerts.channels[0].url``."""
    text = "".join(
        f"[{part}]" if isinstance(part, int) else f".{_shown(part)}" for part in place
    )
    return text.lstrip(".") or "the file"


def _shown(name: str) -> str:
    """A name, unless it may be an address: of ``{url:mailto://...}`` YAML makes one."""
    if re.fullmatch(r"[\w .-]{1,60}", name):
        return name
    return "(a name that is not shown)"


def _line(root: yaml.Node, place: Sequence[int | str]) -> int:
    """The line of a setting, or of the nearest one around it that is there."""
    node, line = root, root.start_mark.line
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = [pair for pair in node.value if pair[0].value == part]
            if not found:
                break
            key, node = found[0]
            line = key.start_mark.line
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return line + 1


def _refuse_repeated_keys(path: Path, node: yaml.Node) -> None:
    """YAML takes the last of two equal keys; who wrote the first would wonder.

    Raises:
        BadInputError: a setting stands twice.
    """
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _wrong(path, key.start_mark.line + 1, "a name is a plain word")
            if key.value in seen:
                raise _wrong(
                    path,
                    key.start_mark.line + 1,
                    f"{_shown(key.value)} stands there twice",
                )
            seen.add(key.value)
            _refuse_repeated_keys(path, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_repeated_keys(path, value)

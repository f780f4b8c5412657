"""The erasures of a home: who is forgotten, told without a name or an address.

``HOME/landing/erasures/NNNNNN.json`` is one erasure. From its existence on, landing
scrubs what it reads. ``HOME/landing/erasures.key`` holds the key of the tokens.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from orchestration.errors import RollbookError
from orchestration.files import put_in_place, write_text_atomically
from orchestration.home import Home

_IDENTIFIERS = ("user_ids", "mapping_ids", "issued_ids")


@dataclass(frozen=True, slots=True)
class Erasure:
    """One forgotten person of one campus.

    Identifiers stand as the data keeps them. The rest are tokens in small letters:
    ``emails`` of whole values, ``first_names`` and ``last_names`` of their words, and
    ``addresses`` of the words that are an address, or a user name, wherever they stand;
    ``usernames`` of whole values.
    ``replaced_rows`` counts what was replaced so far, a number a store.
    """

    campus_id: str
    user_ids: tuple[str, ...]
    mapping_ids: tuple[str, ...]
    issued_ids: tuple[str, ...]
    emails: tuple[str, ...]
    addresses: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    erased_by: str
    erased_at: str
    usernames: tuple[str, ...] = ()
    is_complete: bool = False
    replaced_rows: dict[str, int] = field(default_factory=dict)

    def covers(self, other: Erasure) -> bool:
        """Whether everything that the other erasure names is named here too.

        What was an address and what a name is not told apart: where both stood in one
        value they are tokens now.
        """
        return (
            self.campus_id == other.campus_id
            and other._words() <= self._words()
            and all(
                set(values) <= set(self.values()[name])
                for name, values in other.values().items()
                if name in _IDENTIFIERS
            )
        )

    def _words(self) -> set[str]:
        return {
            word
            for name, values in self.values().items()
            if name not in _IDENTIFIERS
            for word in values
        }

    def values(self) -> dict[str, tuple[str, ...]]:
        """What the person is known by, by the names of the fields."""
        return {
            "user_ids": self.user_ids,
            "mapping_ids": self.mapping_ids,
            "issued_ids": self.issued_ids,
            "emails": self.emails,
            "addresses": self.addresses,
            "first_names": self.first_names,
            "last_names": self.last_names,
            "usernames": self.usernames,
        }


@dataclass(frozen=True, slots=True)
class Erasures:
    """The records of one home's erasures, and their key."""

    home: Home

    def numbers(self) -> list[int]:
        """The erasures so far, oldest first."""
        return sorted(int(path.stem) for path in self._folder.glob("[0-9]*.json"))

    def read(self, number: int) -> Erasure:
        """One erasure."""
        told: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in json.loads(
                self._path(number).read_text(encoding="utf-8")
            ).items()
        }
        return Erasure(**told)

    def write(self, number: int, erasure: Erasure) -> None:
        """Record an erasure, or how far it came; durable when this returns."""
        write_text_atomically(
            self._path(number), json.dumps(asdict(erasure), indent=2) + "\n"
        )

    def key(self) -> str:
        """The secret that tokens are made with, 64 hexadecimal digits.

        Before the first erasure it is a new one, which `keep_key` makes the home's.

        Raises:
            RollbookError: it is gone, so that no token can be made again.
        """
        if self._key_file.exists():
            return self._key_file.read_text(encoding="ascii").strip()
        if self.numbers():
            raise RollbookError(
                f"{self._key_file} is missing: persons were erased with this key;"
                " put it back from a backup of the home"
            )
        return secrets.token_hex(32)

    def keep_key(self, key: str) -> None:
        """Make a key the home's, readable by its owner alone."""
        aside = self._key_file.with_name(f".{self._key_file.name}")
        aside.unlink(missing_ok=True)
        aside.touch(mode=0o600)
        aside.write_text(f"{key}\n", encoding="ascii")
        put_in_place(aside, self._key_file)

    @property
    def _folder(self) -> Path:
        return self.home.landing / "erasures"

    @property
    def _key_file(self) -> Path:
        return self.home.landing / "erasures.key"

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06d}.json"

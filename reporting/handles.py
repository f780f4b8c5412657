"""Names of records for addresses: they say nothing of whom they name.

A record's key may quote an e-mail address. An address of a page ends in histories and
logs, so it holds the key encrypted. AES-SIV gives one record the same name each time,
and no other campus's name can be made of it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from reporting.errors import NotFoundError


class Handles:
    """Makes names of record keys, and keys of names."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESSIV(hashlib.sha512(f"record {secret}".encode()).digest())

    def name(self, campus_id: str, record_key: str) -> str:
        """The name of a record of a campus."""
        sealed = self._cipher.encrypt(record_key.encode(), [campus_id.encode()])
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def record_key(self, campus_id: str, name: str) -> str:
        """The key that a name stands for.

        Raises:
            NotFoundError: it is no name of a record of this campus.
        """
        try:
            sealed = base64.b64decode(
                name + "=" * (-len(name) % 4), b"-_", validate=True
            )
            return self._cipher.decrypt(sealed, [campus_id.encode()]).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise NotFoundError("there is no such record at this campus") from error

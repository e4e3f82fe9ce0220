"""The key of a practice, and what is sealed with it.

One data key seals every record and is kept in the database, wrapped under the master key, which is not: it lies in a
file or in the environment of the server.  A stolen database or backup without the master key says ids, times, sizes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from pathlib import Path

from repletion.keeping.lock import Seal
from repletion.practice.settings import Settings, SettingsError

BYTES = 32


class Vault:
    """The data key at work."""

    def __init__(self, data_key: bytes) -> None:
        self._key = data_key
        self._purposes: dict[str, bytes] = {}
        self.seal = Seal(self._derived("records"))

    def _derived(self, purpose: str) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return bytes(HKDF(SHA256(), BYTES, None, f"repletion.practice/1 {purpose}".encode()).derive(self._key))

    def mac(self, purpose: str, *parts: str) -> str:
        """A keyed digest (hex) of the parts, for one purpose."""
        said = "".join(f"{len(part)}:{part}" for part in parts)
        key = self._purposes.get(purpose) or self._purposes.setdefault(purpose, self._derived(purpose))
        return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def new_key() -> str:
    """A master key, as it stands in a file."""
    return base64.b64encode(os.urandom(BYTES)).decode()


def master_key(settings: Settings) -> bytes:
    """The master key of the settings.  Raises :class:`SettingsError` where there is none or it is none."""
    said = settings.key
    if not said:
        path = Path(settings.key_file)
        try:
            if os.name == "posix" and path.stat().st_mode & 0o077:
                raise SettingsError(f"The key {path} can be read by others. Take their rights away: chmod 600 {path}")
            said = path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            raise SettingsError(
                f"There is no key at {path} (setting key_file). “repletion practice init” makes one; after a restore, "
                "put back the one that the backup was made with."
            ) from None
    return _key(said)


def read_key(path: Path) -> bytes:
    """The master key in a file."""
    return _key(path.read_text(encoding="ascii"))


def _key(said: str) -> bytes:
    try:
        key = base64.b64decode(said.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != BYTES:
        raise SettingsError("The key is not one: 32 bytes in base 64, as “repletion practice init” writes it.")
    return key


def make_key_file(path: Path) -> None:
    """A new master key that only its owner can read.  Raises :class:`SettingsError`, also where a file exists."""
    try:
        if not path.parent.exists():
            path.parent.mkdir(parents=True, mode=0o700)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{new_key()}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SettingsError(f"The key {path} cannot be made ({error.strerror}).") from None


def wrap(master: bytes, data_key: bytes) -> bytes:
    """The data key under the master key."""
    from cryptography.hazmat.primitives.keywrap import aes_key_wrap

    return bytes(aes_key_wrap(master, data_key))


def unwrap(master: bytes, wrapped: bytes) -> bytes:
    """The data key.  Raises :class:`SettingsError` for another master key."""
    from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

    try:
        return bytes(aes_key_unwrap(master, wrapped))
    except (InvalidUnwrap, ValueError):
        raise SettingsError(
            "The key does not belong to this database. Put back the one that it was made with."
        ) from None

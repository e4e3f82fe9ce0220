"""The passphrase: a random data key seals every record, a key derived from the passphrase seals the data key.

Changing the passphrase seals the data key anew and leaves the records alone.  A record is bound to its row: sealed
under its id, its case, its version and its time, so a record that is moved to another row does not open.
"""

from __future__ import annotations

import os
import unicodedata
import zlib
from typing import Any

import msgspec

from repletion.keeping.model import refusal

SHORTEST = 8
_PURPOSE = b"repletion.kept/1 data key"
_NONCE = 12
_MOST = {"n": 2**20, "r": 16, "p": 4}
"""A file may not ask for more work than this: about a gigabyte."""

LARGEST_RECORD = 64_000_000
"""Bytes of one record, unpacked."""

COST = {"n": 2**17, "r": 8, "p": 1}
"""Work of scrypt for a new passphrase: 128 MB, about half a second."""


class Wrapped(msgspec.Struct, frozen=True, kw_only=True):
    """The sealed data key with what is needed to derive the key that opens it."""

    salt: bytes
    n: int
    r: int
    p: int
    sealed: bytes


def _cipher(key: bytes) -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        raise refusal("no_cryptography") from None
    return AESGCM(key)


def _derived(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    _cipher(bytes(32))
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    words = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    return bytes(Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(words))


def wrap(key: bytes, passphrase: str) -> bytes:
    """The data key, sealed under a passphrase.  Raises :class:`KeepError` for one that is too short."""
    if len(passphrase) < SHORTEST:
        raise refusal("short_passphrase", shortest=SHORTEST)
    salt, nonce = os.urandom(16), os.urandom(_NONCE)
    sealed = nonce + _cipher(_derived(passphrase, salt, **COST)).encrypt(nonce, key, _PURPOSE)
    return msgspec.json.encode(Wrapped(salt=salt, sealed=sealed, **COST))


def unwrap(wrapped: bytes, passphrase: str) -> bytes:
    """The data key.  Raises :class:`KeepError`, in the same words whatever was wrong with the passphrase."""
    try:
        found = msgspec.json.decode(wrapped, type=Wrapped)
    except msgspec.MsgspecError:
        raise refusal("damaged_key") from None
    if not all(1 <= getattr(found, name) <= most for name, most in _MOST.items()):
        raise refusal("damaged_key")
    key = _open(_derived(passphrase, found.salt, found.n, found.r, found.p), found.sealed, _PURPOSE)
    if key is None:
        raise refusal("wrong_passphrase")
    return key


def _open(key: bytes, sealed: bytes, bound: bytes) -> bytes | None:
    cipher = _cipher(key)
    from cryptography.exceptions import InvalidTag

    try:
        return bytes(cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound))
    except (InvalidTag, ValueError):
        return None


class Seal:
    """Writes and reads records: compressed, and sealed when there is a key."""

    def __init__(self, key: bytes | None) -> None:
        self.key = key

    def close(self, value: Any, bound: str) -> bytes:
        """A record of ``value``, bound to its row."""
        packed = zlib.compress(msgspec.json.encode(value, order="deterministic"), 6)
        if self.key is None:
            return packed
        nonce = os.urandom(_NONCE)
        return nonce + bytes(_cipher(self.key).encrypt(nonce, packed, bound.encode()))

    def open(self, record: bytes, bound: str) -> Any:
        """The value of a record.  Raises :class:`KeepError` when it was altered, or belongs to another row."""
        packed = record if self.key is None else _open(self.key, record, bound.encode())
        try:
            unpacking = zlib.decompressobj()
            plain = unpacking.decompress(packed or b"", LARGEST_RECORD)
            if not unpacking.eof:  # cut off, or larger than anything that is kept
                raise zlib.error
            return msgspec.json.decode(plain)
        except (zlib.error, msgspec.MsgspecError, RecursionError):
            raise refusal("damaged_record") from None

"""Passwords: argon2id, at the same cost whether or not the person exists, and no word that is guessed first."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import Any

from repletion.keeping import KeepError

COST = {"time_cost": 3, "memory_cost": 65536, "parallelism": 4}
"""The second recommended choice of RFC 9106: 64 MB; about 0.1 s."""

LONGEST = 256
"""Characters; more would only cost time."""

_AT_ONCE = threading.BoundedSemaphore(4)


class WeakPassword(KeepError):
    """The password is one that would be guessed; the message says what would be better."""


@cache
def _hasher(time_cost: int, memory_cost: int, parallelism: int) -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=time_cost, memory_cost=memory_cost, parallelism=parallelism)


def hasher() -> Any:
    """The hasher at :data:`COST`."""
    return _hasher(**COST)


@cache
def _nobody(*_cost: int) -> str:
    """The hash of a password that nobody has, to be checked where there is none."""
    import secrets

    return str(hasher().hash(secrets.token_urlsafe(32)))


def _same(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    """The hash to be kept."""
    with _AT_ONCE:
        return str(hasher().hash(_same(password)))


def fits(kept: str | None, password: str) -> bool:
    """Whether it is the password; without a hash the same work is done and the answer is no."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _AT_ONCE:
        try:
            hasher().verify(kept or _nobody(*COST.values()), _same(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was hashed at another cost and should be hashed again."""
    return bool(hasher().check_needs_rehash(kept))


def check_strength(password: str, *, shortest: int, strength: int, about: tuple[str, ...] = ()) -> None:
    """Raises :class:`WeakPassword` for one that is short, common, or made of the person's own names.

    Judged on this machine by zxcvbn (lists of common passwords, names, words, dates, keyboard runs).
    """
    if len(password) < shortest:
        raise WeakPassword(f"A password has at least {shortest} characters; several words are better than one.")
    if len(password) > LONGEST:
        raise WeakPassword(f"A password has at most {LONGEST} characters.")
    from zxcvbn import zxcvbn

    found = zxcvbn(password[:72], user_inputs=[*about, "repletion"])
    if found["score"] < strength:
        said = " ".join([found["feedback"]["warning"], *found["feedback"]["suggestions"]]).strip()
        raise WeakPassword(
            f"This password would be guessed. {said or 'Use several words that do not belong together.'}"
        )

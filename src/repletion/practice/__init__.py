"""The edition for a practice: the same pages on PostgreSQL, for several users with roles.

Whoever is signed in reaches their own records and those that a colleague shared with them, nothing else; what was done
to which record is written down without saying what it holds.  :func:`create_practice` is the one application.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from repletion.practice.settings import Settings


def create_practice(settings: Settings) -> ASGIApp:
    """The application for these settings.  Raises :class:`repletion.keeping.KeepError` where it cannot start."""
    from repletion.practice.app import build

    return build(settings)


__all__ = ["create_practice"]

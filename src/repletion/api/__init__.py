"""Repletion over HTTP: ``/v1/assessments``, ``/v1/questions``, ``/v1/plans`` and what they rest on.

``create_api()`` is an application of its own; a larger one hands on to it what begins with one of ``PLACES``.  Nothing
is stored, nothing is asked of another host, and what was sent is never logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from repletion.api.app import PLACES, create_api

__all__ = ["PLACES", "create_api"]


def __getattr__(name: str) -> Any:
    """Load the application when it is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from repletion.api import app

    return getattr(app, name)

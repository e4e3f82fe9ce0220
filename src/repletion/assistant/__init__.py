"""Repletion as tools for an assistant (Model Context Protocol): read-only, local, the urgency line first.

``create_server()`` is the server; ``repletion assistant`` runs it.  What a person typed comes back only as quoted data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from repletion.assistant.server import create_server

__all__ = ["create_server"]


def __getattr__(name: str) -> Any:
    """Load the server when it is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from repletion.assistant.server import create_server

    return create_server

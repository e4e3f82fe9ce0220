"""CDS Hooks 2.0: services that stay quiet unless an action follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from repletion.hooks.routes import create_hooks
    from repletion.hooks.services import SERVICES, answer

_HOMES = {"SERVICES": "services", "answer": "services", "create_hooks": "routes"}

__all__ = ["SERVICES", "answer", "create_hooks"]


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

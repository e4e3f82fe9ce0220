"""The web app: server-rendered pages that work without JavaScript, for one person's own machine.

What a person types travels in the page's own form and comes back with it; nothing is stored, logged or put into an
address.  :func:`create_app` is the one application.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.applications import Starlette


def create_app() -> Starlette:
    """The application with every page; loads the knowledge on first use."""
    from repletion.web.app import build

    return build()


__all__ = ["create_app"]

"""The web app: server-rendered pages that work without JavaScript, for one person's own machine.

What a person types travels in the page's own form and comes back with it; nothing is logged or put into an address, and
nothing is stored unless the person asks (:mod:`repletion.web.shelf`).  :func:`create_app` is the one application.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from repletion.smart import Records
    from repletion.web.shelf import Shelf


def create_app(shelf: Shelf | None = None, hosts: Iterable[str] = (), records: Records | None = None) -> Starlette:
    """The application with every page.

    ``shelf``: where it keeps what it is asked to keep; without one nothing can be kept.  ``hosts``: names beside those
    of this machine under which it may be called.  ``records``: the listed servers that a record may be fetched from;
    without them no request is ever made.
    """
    from repletion.web.app import build

    return build(shelf, hosts, records)


__all__ = ["create_app"]

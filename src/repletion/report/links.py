"""Where things stand on a page, and which links may lead away from it."""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


def anchor(kind: str, name: str) -> str:
    """A page-wide id, different for every name: characters that an id cannot hold become their code."""
    return f"{kind}-{_UNSAFE.sub(lambda found: f'.{ord(found[0]):x}', name)}"


def claim_on_page(name: str) -> str:
    """Where a claim stands on the same page."""
    return f"#{anchor('claim', name)}"


def source_on_page(name: str) -> str:
    """Where a source stands on the same page."""
    return f"#{anchor('source', name)}"


def safe_link(link: str | None) -> str | None:
    """A link only if it leads to the web."""
    return link if link and link.startswith(("https://", "http://")) else None

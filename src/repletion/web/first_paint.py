"""A page that carries the styles it needs in itself, so that its first paint waits for no further answer.

Of the whole stylesheet a page of one box needs a fifth; reading and matching the rest was a third of what the browser
did for the page beyond what any page takes.  Pages that come after it link to the whole.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache, lru_cache

from starlette.responses import HTMLResponse, Response

from repletion.web.guard import POLICY
from repletion.web.pages import address_of, asset

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_PRELUDE = re.compile(r"([^{}]+)\{")
_INSIDE = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_PSEUDO = re.compile(r"::?[\w-]+")
_NAMED = re.compile(r"[.#]?[A-Za-z][\w-]*")
_TAG = re.compile(r"<([a-z][a-z0-9]*)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'\b(class|id)="([^"]*)"')


@cache
def _rules() -> tuple[tuple[str, tuple[frozenset[str], ...]], ...]:
    """Each outermost rule of the stylesheet, with what an element of a page must be called for each of its selectors.

    What stands in brackets (``:not(.wide)``, ``[hidden]``) is not asked for: a rule too many does no harm.
    """
    return tuple((rule, tuple(_wanted(rule))) for rule in _outermost((asset("style.css") or b"").decode()))


def _outermost(styles: str) -> Iterator[str]:
    depth = began = 0
    styles = _COMMENT.sub("", styles)
    for at, sign in enumerate(styles):
        depth += (sign == "{") - (sign == "}")
        if sign == "}" and depth == 0:
            yield styles[began : at + 1].strip()
            began = at + 1


def _wanted(rule: str) -> Iterator[frozenset[str]]:
    for prelude in _PRELUDE.findall(rule):
        bare = prelude.strip()
        if bare.startswith("@") and not bare.startswith("@page"):
            continue  # the rules within it say
        while (less := _INSIDE.sub("", bare)) != bare:
            bare = less
        for selector in _PSEUDO.sub("", bare).split(","):
            yield frozenset(_NAMED.findall(selector.replace("@page", "html")))


def _names(page: str) -> frozenset[str]:
    """What the elements of a page are called: tags, ``.classes`` and ``#ids``."""
    found = {"html"}
    for tag, attributes in _TAG.findall(page):
        found.add(tag)
        for kind, value in _ATTRIBUTE.findall(attributes):
            found.update(("." if kind == "class" else "#") + name for name in value.split())
    return frozenset(found)


@lru_cache(maxsize=32)
def _styles(names: frozenset[str]) -> str:
    return "\n".join(rule for rule, wanted in _rules() if any(each <= names for each in wanted))


def styled_inside(made: Response) -> Response:
    """The page with the rules that bear on it instead of the link, allowed by their hash; the whole comes after it."""
    html = bytes(made.body).decode()
    styles = _styles(_names(html))
    digest = base64.b64encode(hashlib.sha256(styles.encode()).digest()).decode()
    link = f'<link rel="stylesheet" href="{address_of("style.css")}">'
    later = f'<link rel="prefetch" as="style" href="{address_of("style.css")}">'
    policy = POLICY.replace("style-src 'self'", f"style-src 'self' 'sha256-{digest}'")
    return HTMLResponse(
        html.replace(link, f"<style>{styles}</style>\n{later}", 1), made.status_code,
        headers={"Content-Security-Policy": policy},
    )  # fmt: skip

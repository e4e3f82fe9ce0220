"""The door of a practice goes by the path that the routes go by, whatever a host header makes of the address."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")

from starlette.datastructures import URL
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse

from repletion.practice.door import Door


def test_a_host_header_that_looks_like_a_path_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # Versions of the framework before 1.0 put "Host: practice.example:80/login?" before the path.
    monkeypatch.setattr(HTTPConnection, "url", property(lambda _self: URL("http://practice.example:80/login?/kept")))
    settings: Any = SimpleNamespace(is_https=True, origin="https://practice.example")
    nothing: Any = None
    door = Door(
        nothing, settings=settings, sessions=nothing, throttle=nothing, tokens=nothing, sign_in=None, fault=None
    )
    scope = {"type": "http", "method": "GET", "path": "/kept", "query_string": b"", "headers": []}
    _, response = asyncio.run(door._let_in(Request(scope), None, ""))
    assert isinstance(response, RedirectResponse)
    assert response.headers["location"].startswith("/login?next=")

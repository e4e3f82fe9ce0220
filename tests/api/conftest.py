"""One application for all tests of the interface."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from repletion.api import create_api, routes
from repletion.api.turns import Turns


@pytest.fixture(scope="session", autouse=True)
def plans_here() -> Iterator[None]:
    """Plans are worked out in this process, so that not every run pays for starting another; one test does."""
    patch = pytest.MonkeyPatch()
    patch.setattr(routes, "plans", Turns(places=1, waiting=4, wait=20.0))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def api() -> Any:
    return create_api()


@pytest.fixture(scope="session")
def client(api: Any) -> Iterator[TestClient]:
    with TestClient(api, raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="session")
def openapi(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get("/v1/openapi.json").content)
    return found

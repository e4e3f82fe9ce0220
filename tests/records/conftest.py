"""One server with the routes of the record systems, for every test of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def client() -> Iterator[object]:
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from repletion.fhir.routes import create_fhir
    from repletion.hooks import create_hooks

    app = FastAPI()
    app.include_router(create_fhir())
    app.include_router(create_hooks())
    with TestClient(app) as running:
        yield running

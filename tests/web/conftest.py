"""One application for the session."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[2]))  # what benchmarks measure
sys.path.insert(0, str(Path(__file__).parent))

from visiting import STORY, Visitor

from repletion.web import create_app
from repletion.web.errands import Errand, Errands, answered
from repletion.web.forms import Asked, View


def here(errand: Errand, view: View, asked: Asked) -> None:
    """Long work in this process, so that not every run pays for starting another; one module of tests does."""
    errand.answer = answered(view, asked)


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    app = create_app()
    app.state.errands = Errands(here, patience=60)
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as made:
        yield made


@pytest.fixture
def visitor(client: TestClient) -> Visitor:
    return Visitor(client)


@pytest.fixture
def told(client: TestClient) -> str:
    """The form of somebody who told :data:`STORY`."""
    somebody = Visitor(client)
    somebody.post("/understood", words=STORY)
    return somebody.told

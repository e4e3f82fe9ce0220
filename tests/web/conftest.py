"""One application for the session."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[2]))  # what benchmarks measure
sys.path.insert(0, str(Path(__file__).parent))

from visiting import STORY, Visitor
from walking import CHROMIUM, FLAGS

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


@pytest.fixture(scope="session")
def chromium() -> str:
    """Debian's browser; fetched with its own packager where it is missing and that is allowed."""
    if not CHROMIUM.exists():
        if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("apt-get") is None:
            pytest.skip("no /usr/bin/chromium here, and it cannot be installed without apt-get and its rights")
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            if subprocess.run(command, capture_output=True, timeout=600, check=False).returncode:
                pytest.skip(f"chromium could not be installed: {' '.join(command)} failed")
    return str(CHROMIUM)


@pytest.fixture(scope="module")  # while it is open its event loop runs, in which no other test could start one
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield made
        made.close()

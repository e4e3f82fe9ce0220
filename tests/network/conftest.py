"""One builder of networks for the session."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from repletion.knowledge import load
from repletion.network.build import Builder

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def builder() -> Builder:
    return Builder(load())

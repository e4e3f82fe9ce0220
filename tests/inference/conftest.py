from __future__ import annotations

import pytest

from repletion.inference import fast, sweep


@pytest.fixture(autouse=True)
def numpy_sweep():
    """The engine in numpy is the reference, whatever the rest of the run uses."""
    before = sweep.engine.compiled
    fast.use_numpy()
    yield
    sweep.use_sweep(before)

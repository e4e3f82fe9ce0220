from __future__ import annotations

import pytest

from repletion.inference import fast, sweep


@pytest.fixture(autouse=True)
def numpy_sweep():
    """The engine in numpy is the reference, whatever the rest of the run uses."""
    before = sweep.engine.compiled is not None
    fast.use_numpy()
    yield
    fast.use_numpy()
    if before:
        fast.use_compiled()

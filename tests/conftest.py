"""A whole run (``-n``) answers some thousand cases with the compiled sweep, which is compiled once, before the workers.

``REPLETION_FAST=0`` keeps to numpy, as a run of a few tests in one process does.  The tests of the engine itself
compare both with sums over every combination.
"""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    if getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        from repletion.inference import fast

        fast.use_compiled()

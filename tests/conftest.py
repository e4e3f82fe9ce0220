"""A whole run (``-n``) answers some thousand cases with the compiled sweep, which is compiled once, before the workers.

``REPLETION_FAST=0`` keeps to numpy, as a run of a few tests in one process does.  The tests of the engine itself
compare both with sums over every combination.  No test reads what the person who runs it has taken into a food table of
their own.
"""

from __future__ import annotations

import os

import pytest

os.environ["REPLETION_FOODS"] = ""


def pytest_configure(config: pytest.Config) -> None:
    if getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        from repletion.inference import fast

        fast.use_compiled()

"""The compiled sweep, for what answers many cases: a server, an evaluation, a long loop.

numpy stays the reference and the fallback.  Reading what is compiled takes a second of a process, and compiling it the
first time on a machine some thirty; a single answer does not pay for that.
"""

from __future__ import annotations

import importlib.util
import os
import threading

from repletion.inference import plan
from repletion.inference.engine import engine
from repletion.inference.sweep import use_sweep

SETTING = "REPLETION_FAST"
"""Environment variable: 0 leaves numpy in place, whatever is asked for; 1 asks where a process is made by others."""


def wished() -> bool:
    """Whether the setting asks for the compiled sweep."""
    return os.environ.get(SETTING) == "1"


def use_compiled(*, wait: bool = True) -> bool:
    """Let compiled passes make every sweep of this process; whether they do now.

    False without the extra ``fast``, or where the setting says 0.  ``wait``: stay until they are ready; else they come
    into use when a thread has made them ready.  The answers are the same to rounding (1e-12).
    """
    if os.environ.get(SETTING, "1") == "0" or importlib.util.find_spec("numba") is None:
        return False
    if not wait:
        threading.Thread(target=_load, name="compiled sweep", daemon=True).start()
        return False
    _load()
    return True


def use_numpy() -> None:
    """Let numpy make every sweep of this process again."""
    use_sweep(None)
    plan.engine.better = None
    engine.rows = engine.gains = engine.drawn_interval = None
    engine.told_by_findings = engine.told_by_factors = engine.chosen = None


def _load() -> None:
    from repletion.inference.fast import asking, telling
    from repletion.inference.fast.order import better
    from repletion.inference.fast.passes import swept

    use_sweep(swept)
    engine.rows, engine.gains, engine.drawn_interval = asking.rows_of, asking.question_gains, asking.drawn_interval
    engine.chosen = telling.chosen
    engine.told_by_findings, engine.told_by_factors = telling.told_by_findings, telling.told_by_factors
    plan.engine.better = better

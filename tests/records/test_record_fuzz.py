"""Broken records, calls and servers: no crash, no traceback, no wrong row.  Thousands were run once (docs/fhir.md)."""

from __future__ import annotations

import mutating_smart
from mutating import run
from test_smart import record


def test_broken_records_and_calls() -> None:
    seen = run(240, seed=20_261_127, assess_every=80, view_every=60)
    assert sum(seen.values()) == 240
    assert seen["read"] > 60
    assert seen["refused"]
    assert seen["cards"]
    assert seen["call refused"]


def test_broken_servers() -> None:
    seen = mutating_smart.run(60, 20_261_127, record(results=3))
    assert sum(seen.values()) == 60
    assert seen["refused"] > 10
    assert seen["read with remarks"] > 5

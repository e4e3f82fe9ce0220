"""Broken records and calls: no crash, no traceback, no wrong row.  Ten thousand were run once (docs/fhir.md)."""

from __future__ import annotations

from mutating import run


def test_broken_records_and_calls() -> None:
    seen = run(240, seed=20_261_127, assess_every=80, view_every=60)
    assert sum(seen.values()) == 240
    assert seen["read"] > 60
    assert seen["refused"]
    assert seen["cards"]
    assert seen["call refused"]

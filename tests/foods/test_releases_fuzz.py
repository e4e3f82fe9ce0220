"""Broken releases of food data: no crash, no wrong row.  Four thousand were run once (docs/imports.md)."""

from __future__ import annotations

from mutating_releases import run


def test_broken_releases() -> None:
    seen = run(120, seed=20_261_127)
    assert sum(seen.values()) == 120
    assert seen["taken"]
    assert seen["taken with remarks"] > 50

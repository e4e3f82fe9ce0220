"""The counts of claims by basis add up, and count the use of a claim where it is used."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from repletion.cli import app
from repletion.handbook.evidence import evidence_of, uses
from repletion.knowledge import load

KNOWN = load()
CASES = Path(__file__).parents[2] / "cases"


def test_the_counts_add_up() -> None:
    found = evidence_of(KNOWN)
    assert sum(found.total.claims.values()) == len(KNOWN.claims)
    for counts in (found.measures, found.subjects):
        for field in ("claims", "used", "uses"):
            for basis, whole in getattr(found.total, field).items():
                assert sum(getattr(count, field)[basis] for count in counts) == whole
    assert all(
        count.used[b] <= count.claims[b] and count.used[b] <= count.uses[b]
        for count in found.subjects
        for b in count.used
    )


def test_a_chosen_claim_is_in_use_and_one_kept_beside_it_is_not() -> None:
    found = uses(KNOWN)
    state = KNOWN.states["hypomagnesemia"]
    assert all(found[link.claim] >= 1 for link in state.raised_by)
    chosen = {name for name, n in found.items() if n}
    beside = {name for link in state.findings for name in link.also} - chosen
    assert beside and not any(found[name] for name in beside)


def test_the_commands_answer() -> None:
    made = CliRunner().invoke(app, ["knowledge", "evidence"])
    assert made.exit_code == 0 and "Claims in" in made.output and "Bridged" in made.output
    whole = json.loads(CliRunner().invoke(app, ["knowledge", "evidence", "--format", "json"]).output)
    assert whole["total"]["claims"]["assumed"] > 0
    cases = [str(CASES / f"{name}.yaml") for name in ("low_magnesium", "eyelid_twitch")]
    next_ = CliRunner().invoke(app, ["knowledge", "lookup-next", *cases])
    assert next_.exit_code == 0 and "Assumed numbers" in next_.output
    pooled = json.loads(CliRunner().invoke(app, ["knowledge", "lookup-next", cases[1], "--format", "json"]).output)
    assert abs(sum(pooled["share"].values()) - 1) < 1e-9
    is_assumed = [claim["basis"] == "assumed" for claim in pooled["claims"]]
    assert is_assumed == sorted(is_assumed, reverse=True), "assumed numbers come first"

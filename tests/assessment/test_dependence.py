"""The dependence of an answer on its claims: right against moving a claim by hand, and conserving the weight."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import msgspec
import pytest

from repletion.assessment.dependence import Rests, dependence
from repletion.assessment.model import Assessment
from repletion.assessment.stations import assess
from repletion.case import Case
from repletion.knowledge import Knowledge, load
from repletion.knowledge.models import BASES
from repletion.network.scale import expit, logit

ON = dt.date(2026, 11, 23)
FILE = Path(__file__).parents[2] / "cases" / "low_magnesium.yaml"
KNOWN = load()


@pytest.fixture(scope="module")
def case() -> Case:
    return Case.read(str(FILE))


@pytest.fixture(scope="module")
def answer(case: Case) -> Assessment:
    return assess(case, on=ON, knowledge=KNOWN)


@pytest.fixture(scope="module")
def found(case: Case, answer: Assessment) -> Rests:
    return dependence(case, answer, KNOWN, on=ON)


def moved(name: str, by: float) -> Knowledge:
    """The knowledge with one share moved by ``by`` in log-odds."""
    claim = KNOWN.claims[name]
    assert claim.unit == "percent" and claim.value is not None
    value = 100 * float(expit(logit(claim.value / 100) + by))
    claims = KNOWN.claims | {name: msgspec.structs.replace(claim, value=value, low=None, high=None)}
    return msgspec.structs.replace(KNOWN, claims=claims)


def test_a_swing_is_what_moving_the_claim_by_hand_gives(case: Case, found: Rests) -> None:
    claims = {d.claim: KNOWN.claims[d.claim] for d in found.claims}
    intervals = {c.id for c in claims.values() if c.unit == "percent" and c.low and c.high}
    shares = [d for d in found.claims if d.claim in intervals and d.swing > 0.05][:3]
    assert shares
    for entry in shares:
        claim = claims[entry.claim]
        low, high = (float(logit(n / 100)) for n in (claim.low or 0, claim.high or 0))
        deviation = (high - low) / (2 * 1.959964)
        up, down = (assess(case, on=ON, knowledge=moved(entry.claim, sign * deviation)) for sign in (1, -1))
        swings = []
        for name in found.leading:
            odds = [float(logit(next(e for e in a.explanations if e.id == name).probability)) for a in (up, down)]
            swings.append(abs(odds[0] - odds[1]) / 2)
        assert entry.swing == pytest.approx(sum(swings) / len(swings), rel=0.02)


def test_the_weight_is_conserved(answer: Assessment, found: Rests) -> None:
    leading = [e for e in answer.explanations if e.id in found.leading]
    reasons = sum(abs(r.weight) for e in leading for r in e.because if r.kind != "state")
    priors = [float(logit(e.prior)) for e in leading]
    apart = sum(abs(prior - sum(priors) / len(priors)) for prior in priors)
    assert math.fsum(found.weight.values()) == pytest.approx(reasons + apart, rel=1e-6)
    assert sum(found.share.values()) == pytest.approx(1)
    for basis in BASES:
        assert found.weight[basis] == pytest.approx(sum(d.weight for d in found.claims if d.basis == basis))


def test_claims_stand_by_swing_and_only_those_that_matter(found: Rests) -> None:
    swings = [d.swing for d in found.claims]
    assert swings == sorted(swings, reverse=True) and swings[0] > 0
    assert all(d.swing > 0 or d.weight > 0 for d in found.claims)
    assert all(KNOWN.claims[d.claim].basis == d.basis for d in found.claims)
    assert "V-144" not in {d.claim for d in found.claims}  # tea and iron: no part of this answer


def test_nothing_reported_leaves_only_the_priors() -> None:
    case = Case.parse("woman 40")
    found = dependence(case, assess(case, on=ON, knowledge=KNOWN), KNOWN, on=ON)
    weighing = [d for d in found.claims if d.weight > 0]
    assert {KNOWN.claims[d.claim].measure for d in weighing} <= {
        "prevalence",
        "background_rate",
        "odds_ratio",
        "risk_ratio",
        "prevalence_given_factor",
        "direction",
    }

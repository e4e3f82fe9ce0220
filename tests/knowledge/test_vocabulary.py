"""Findings, tests and medicines: every link holds, every code has its check digit, units convert both ways."""

from __future__ import annotations

import math

import pytest

from repletion.knowledge import Knowledge, load
from repletion.units import normalize


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def luhn(code: str) -> bool:
    digits = [int(c) for c in code.replace("-", "")]
    total = sum(d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits)))
    return total % 10 == 0


def test_there_is_enough(knowledge: Knowledge) -> None:
    assert len(knowledge.findings) >= 361
    assert len(knowledge.tests) >= 130
    assert len(knowledge.drugs) >= 800


def test_findings_name_what_exists(knowledge: Knowledge) -> None:
    everything = {*knowledge.findings, *knowledge.factors, *knowledge.states}
    for finding in knowledge.findings.values():
        assert set(finding.is_a) <= set(knowledge.findings), finding.id
        for rate in finding.background:
            assert {rate.claim, *rate.also} <= set(knowledge.claims), finding.id
        unknown = {t for t in finding.not_this.values() if t is not None} - everything
        assert not unknown, (finding.id, unknown)


def test_wider_findings_are_commoner_or_as_common(knowledge: Knowledge) -> None:
    """Whoever has the narrow finding has the wide one: its background rate among people at large cannot be smaller.

    Where an age or sex has a rate of its own for the wide one alone, the network holds the narrow one below it.
    """
    for finding in knowledge.findings.values():
        own = knowledge.claims[finding.background[-1].claim].value or 0
        for wider in finding.is_a:
            rate = knowledge.claims[knowledge.findings[wider].background[-1].claim].value or 0
            assert rate >= own, (finding.id, wider)


def test_is_a_has_no_circle(knowledge: Knowledge) -> None:
    def above(name: str, seen: tuple[str, ...]) -> None:
        assert name not in seen, seen
        for wider in knowledge.findings[name].is_a:
            above(wider, (*seen, name))

    for name in knowledge.findings:
        above(name, ())


def test_an_eyelid_twitch_is_not_a_droop_nor_a_spasm(knowledge: Knowledge) -> None:
    lid = knowledge.findings["eyelid_twitching"]
    assert lid.codes.hpo == "HP:0030826"
    assert lid.not_this["lid droops"] == "ptosis"
    assert not lid.is_a
    assert knowledge.findings["facial_palsy"].codes.hpo == "HP:0010628"


def test_background_rates_are_percent_inside_their_interval(knowledge: Knowledge) -> None:
    for finding in knowledge.findings.values():
        claim = knowledge.claims[finding.background[0].claim]
        assert claim.unit == "percent", finding.id
        assert claim.value is not None
        assert 0 < claim.value < 60
        if claim.low is not None and claim.high is not None:
            assert claim.low <= claim.value <= claim.high


def test_every_limit_has_its_finding_its_number_and_its_share(knowledge: Knowledge) -> None:
    for test in knowledge.tests.values():
        for limit in test.limits:
            assert knowledge.findings[limit.finding].kind == "lab"
            threshold = knowledge.claims[limit.claim]
            assert threshold.value is not None
            low, high = test.plausible.low or 0, test.plausible.high or math.inf
            assert low <= threshold.value <= high, limit.claim
            for rate in knowledge.findings[limit.finding].background:
                share = knowledge.claims[rate.claim]
                assert share.unit == "percent"
                assert share.value is not None
                assert 0 < share.value < 60
    limited = {limit.finding for test in knowledge.tests.values() for limit in test.limits}
    assert {f.id for f in knowledge.findings.values() if f.kind == "lab"} == limited


def test_units_are_spelled_once_and_convert(knowledge: Knowledge) -> None:
    for test in knowledge.tests.values():
        own = [u for u in test.units if u.unit == test.unit]
        assert len(own) == 1, test.id
        assert (own[0].factor, own[0].offset) == (1, 0), test.id
        for unit in test.units:
            assert normalize(unit.unit) == unit.unit, (test.id, unit.unit)
            assert unit.factor > 0


@pytest.mark.parametrize(
    ("test", "unit", "factor"),
    [
        ("serum_magnesium", "mg/dL", 10 / 24.305),
        ("serum_magnesium", "mEq/L", 0.5),
        ("serum_calcium", "mg/dL", 10 / 40.078),
        ("serum_potassium", "mEq/L", 1),
        ("vitamin_b12", "pg/mL", 1000 / 1355.37),
        ("vitamin_d_25oh", "ng/mL", 1000 / 400.64),
        ("serum_creatinine", "mg/dL", 10000 / 113.12),
        ("hemoglobin", "g/dL", 10),
        ("methylmalonic_acid", "nmol/L", 0.001),
    ],
)
def test_factors_follow_from_mass_and_charge(knowledge: Knowledge, test: str, unit: str, factor: float) -> None:
    found = next(u for u in knowledge.tests[test].units if u.unit == unit)
    assert found.factor == pytest.approx(factor, rel=1e-4)


def test_reference_ranges_lie_inside_what_is_plausible(knowledge: Knowledge) -> None:
    for test in knowledge.tests.values():
        for span in (*test.reference, *([test.critical] if test.critical else [])):
            for edge in (span.low, span.high):
                if edge is not None:
                    assert (test.plausible.low or -math.inf) <= edge <= (test.plausible.high or math.inf), test.id


def test_loinc_check_digits(knowledge: Knowledge) -> None:
    codes = [loinc.code for test in knowledge.tests.values() for loinc in test.loinc]
    assert len(codes) > 100
    assert [code for code in codes if not luhn(code)] == []


def test_tests_settle_known_states(knowledge: Knowledge) -> None:
    for test in knowledge.tests.values():
        assert set(test.settles) <= set(knowledge.states), test.id


def test_medicines_of_the_mission_are_there(knowledge: Knowledge) -> None:
    for name in (
        "omeprazole",
        "hydrochlorothiazide",
        "furosemide",
        "metformin",
        "cetuximab",
        "lithium",
        "nitrous_oxide",
        "tacrolimus",
    ):
        assert name in knowledge.drugs
    assert knowledge.drugs["omeprazole"].drug_class == "proton_pump_inhibitors"
    assert all(drug.atc is None or 3 <= len(drug.atc) <= 7 for drug in knowledge.drugs.values())

"""Careful words: what an assessment of intake may and may not say."""

import itertools
import re

import pytest

from repletion.case.model import Person
from repletion.intake.adequacy import assess_intake, low_intake_probability
from repletion.intake.limits import ABOVE, BELOW, UNDECIDED, Ledger
from repletion.intake.reference import nutrients

WOMAN = Person(age=40, sex="female", pregnant=False, lactating=False)
NONE_TAKEN = Ledger(supplement=0.0)


def one(nutrient, amounts, *, coverage=1.0, person=WOMAN, ledger=NONE_TAKEN, extra=(), **rest):
    days = [{nutrient: a, **dict(extra)} for a in amounts]
    return assess_intake(
        days, coverage={nutrient: coverage}, person=person, ledgers={nutrient: ledger}, nutrients=[nutrient], **rest
    )[0]


def test_words_follow_the_amount():
    assert one("magnesium", [80] * 5).adequacy == "likely low"
    assert one("magnesium", [600] * 5).adequacy == "likely adequate"
    assert one("magnesium", [270] * 2).adequacy == "uncertain"


def test_incomplete_sum_shows_enough_but_never_too_little():
    low = one("magnesium", [80] * 5, coverage=0.6)
    assert (low.adequacy, low.probability, low.iom_probability, low.lower_bound) == (
        "cannot be determined",
        None,
        None,
        True,
    )
    assert one("magnesium", [600] * 5, coverage=0.6).adequacy == "likely adequate"
    assert one("calcium", [6000] * 5, coverage=0.6).ul == ABOVE
    assert one("calcium", [500] * 5, coverage=0.6).ul == UNDECIDED


def test_missing_is_not_zero():
    found = one("vitamin_d", [None, None])
    assert (found.adequacy, found.amount) == ("unknown (composition missing)", None)
    assert one("magnesium", [80, None, 80]).lower_bound
    assert one("magnesium", [80, 80], coverage=0.0).amount is None


def test_below_an_adequate_intake_nothing_is_concluded():
    found = one("potassium", [400] * 7)
    assert (found.adequacy, found.probability, found.iom_probability) == ("cannot be determined", None, None)
    assert one("potassium", [5000] * 7).adequacy == "above AI"
    assert one("potassium", [5000] * 7, cautions=["ace_inhibitors"]).adequacy == "cannot be determined"


def test_magnesium_limit_counts_supplements_only():
    assert one("magnesium", [1200] * 7).ul == BELOW
    assert one("magnesium", [1200] * 7, ledger=Ledger()).ul == UNDECIDED
    assert one("magnesium", [100] * 7, ledger=Ledger(supplement=400)).ul == ABOVE


def test_preformed_vitamin_a_only():
    carrots = one("vitamin_a", [5000] * 3, extra={"retinol": 100.0}.items())
    assert carrots.ul == BELOW
    assert one("vitamin_a", [5000] * 3).ul == UNDECIDED


def test_skewed_nutrient_leaves_the_normal_statistic_out():
    found = one("vitamin_b12", [2.0, 9.0])
    assert found.iom_probability is None and found.probability is not None


def test_preformed_niacin_is_a_lower_bound_of_equivalents():
    assert one("niacin", [3.0] * 5).adequacy == "cannot be determined"


def test_supplement_is_added_after_shrinking():
    with_pill, without = one("magnesium", [200] * 2, ledger=Ledger(supplement=100)), one("magnesium", [200] * 2)
    assert with_pill.low - without.low == pytest.approx(100, abs=1e-6)
    assert with_pill.amount - without.amount == pytest.approx(100)


def test_more_intake_never_lowers_the_probability():
    got = [one("magnesium", [a] * 3).probability for a in range(20, 800, 40)]
    assert all(a <= b for a, b in itertools.pairwise(got))
    assert all(0 <= p <= 1 for p in got)


def test_copper_in_milligrams_meets_a_reference_in_micrograms():
    found = one("copper", [1.0] * 4)
    assert (found.amount, found.unit) == (pytest.approx(1000), "ug/d")
    assert found.low < 1100 < 3 * found.high


def test_unknown_sex_agrees_or_says_uncertain():
    assert one("magnesium", [900] * 7, person=Person(age=40)).adequacy == "likely adequate"
    assert one("magnesium", [60] * 7, person=Person(age=40)).adequacy == "likely low"
    assert one("magnesium", [310] * 7, person=Person(age=40)).probability is None


def test_impossible_amount_becomes_an_issue():
    found = one("magnesium", [-5.0, float("nan"), 300.0])
    assert found.amount == 300 and len(found.issues) == 2


def test_low_intake_is_a_soft_risk_with_a_range():
    def risk(amount, **rest):
        return low_intake_probability("magnesium", [{"magnesium": amount}] * 3, coverage=1.0, person=WOMAN, **rest)

    low, high = risk(100.0), risk(500.0)
    assert low.low <= low.probability <= low.high
    assert low.probability > 0.9 and high.probability < 0.1
    assert low_intake_probability("magnesium", [{"magnesium": 100.0}], coverage=0.5, person=WOMAN) is None
    assert low_intake_probability("potassium", [{"potassium": 100.0}], coverage=1.0, person=WOMAN) is None
    assert low_intake_probability("magnesium", [{"magnesium": 100.0}], coverage=1.0, person=Person()) is None


FORBIDDEN = re.compile(r"\bdeficien|\binadequa|\binsufficien|stop taking|you lack", re.IGNORECASE)


@pytest.mark.parametrize("authority", ["NASEM", "EFSA"])
@pytest.mark.parametrize(
    "person", [WOMAN, Person(), Person(age=16, sex="male"), Person(age=30, sex="female", pregnant=True)]
)
def test_no_words_claim_what_an_intake_cannot_show(authority, person):
    for amount, coverage in ((0.001, 1.0), (0.001, 0.4), (50.0, 1.0), (1e5, 0.5)):
        days = [dict.fromkeys(nutrients(authority), amount) | {"energy": 1800.0}] * 2
        rows = assess_intake(days, coverage=dict.fromkeys(days[0], coverage), person=person, authority=authority)
        assert rows
        for row in rows:
            said = " ".join([row.adequacy, row.ul, *row.notes, *(i.message + i.remedy for i in row.issues)])
            assert not FORBIDDEN.search(said), said
            if row.reference.ear is None and not row.reference.ranges:
                assert row.adequacy != "likely low", row.nutrient
            if row.lower_bound:
                assert row.adequacy not in ("likely low", "uncertain"), row.nutrient
            if row.nutrient == "magnesium":
                assert row.ul != ABOVE

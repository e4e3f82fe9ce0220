"""Days in words: of results, and since when something lasts."""

import datetime as dt

import pytest

from repletion import Case

TODAY = dt.date(2026, 11, 27)


def read(text, **more):
    return Case.from_mapping({"text": text, **more}, today=TODAY)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("potassium 2.4 mmol/L on 3 March 2026, weak legs", ["2026-03-03"]),
        ("Mg 0.52 mmol/L (12/11/2026), twitching", ["2026-11-12"]),
        ("on 3 March 2026 potassium 2.9 mmol/L and magnesium 0.6 mmol/L", ["2026-03-03", "2026-03-03"]),
        ("calcium 1.8 mmol/L dated 2026-10-02", ["2026-10-02"]),
        ("ferritin 12 ug/L in May, hemoglobin 11.2 g/dL yesterday", ["2026-05-15", "2026-11-26"]),
        ("B12 180 pg/mL in 2019, tingling", ["2019-07-01"]),
        ("calcium was 1.9 mmol/L last week, tingling", ["2026-11-20"]),
        ("potassium 3.1 mmol/L two weeks ago", ["2026-11-13"]),
        ("sodium 128 mmol/L, cramps since 3 March 2026", [None]),
        ("potassium 3.1 mmol/L, cramps two weeks ago", [None]),
        ("potassium 3.1 mmol/L since 2023", [None]),
    ],
)
def test_a_day_belongs_to_the_results_beside_it(text, days):
    assert [lab.date and lab.date.isoformat() for lab in read(text).labs] == days


def test_which_number_is_the_month_goes_by_country_and_is_said():
    here, there = read("K 3.1 mmol/L 4/5/2026"), read("K 3.1 mmol/L 4/5/2026", person={"country": "US"})
    assert here.labs[0].date == dt.date(2026, 5, 4) and there.labs[0].date == dt.date(2026, 4, 5)
    assert any("4 May 2026" in issue.message for issue in here.issues)


def test_a_day_that_has_not_come_is_read_the_other_way_or_refused():
    assert read("K 3.1 mmol/L 10/12/2026").labs[0].date == dt.date(2026, 10, 12)
    late = read("K 3.1 mmol/L on 3 December 2026")
    assert late.labs[0].date is None and any("future" in issue.message for issue in late.issues)


@pytest.mark.parametrize(
    ("text", "days"),
    [("tingling since 3 March 2026", 269), ("twitching started in May 2026", 196), ("tingling since 2019", 2706)],
)
def test_since_a_day_is_a_duration(text, days):
    assert [u.duration_days for u in read(text).understood] == [days]


def test_a_day_tied_to_nothing_is_said():
    assert any("01/02/2026" in issue.message for issue in read("potassium 3.1 mmol/L, (ref 3.5-5.1) 01/02/2026").issues)


def test_the_date_of_a_listed_result_may_be_in_words():
    case = Case.from_mapping({"labs": [{"test": "ferritin", "value": "9 ug/L", "date": "3 March 2026"}]}, today=TODAY)
    assert case.labs[0].date == dt.date(2026, 3, 3)


def test_a_recovering_alcoholic_drinks_no_more_and_earlier_attacks_still_count():
    assert [u.past for u in read("recovering alcoholic with numb feet").understood] == [True, False]
    assert not any(u.past for u in read("three earlier attacks of paralysis").understood)
    assert not read("for the past month twitching eyelid").understood[0].past


def test_a_day_that_does_not_exist_is_said_and_a_leap_day_is_looked_for_in_the_year_before():
    none = read("K 3.1 mmol/L 31/31/2026")
    assert none.labs[0].date is None and any("31/31/2026" in issue.message for issue in none.issues)
    early = dt.date(2028, 1, 10)  # this year's leap day has not come, and last year had none
    leap = Case.from_mapping({"text": "K 3.1 mmol/L on 29 February"}, today=early)
    assert leap.labs[0].date is None and any("29 February" in issue.message for issue in leap.issues)

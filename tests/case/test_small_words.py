"""Small words that decide what a phrase means, and numbers with a bound."""

from __future__ import annotations

import pytest

from repletion.case import Case
from repletion.knowledge import load


def found(section: str, words: str) -> dict[str, bool]:
    said = words if section == "text" else [words]
    return {u.id: u.present for u in Case.from_mapping({section: said}).understood}


@pytest.mark.parametrize(
    "words", ["frequent episodes of muscle weakness", "attacks where my legs go weak", "recurrent leg weakness"]
)
def test_weakness_in_attacks_is_told_apart(words: str) -> None:
    assert "episodic_weakness" in found("symptoms", words)


@pytest.mark.parametrize(
    "words", ["leg weakness", "weak legs", "weakness, attacks of vertigo", "attacks of vertigo. My legs are weak"]
)
def test_lasting_weakness_is_not_in_attacks(words: str) -> None:
    assert "muscle_weakness" in found("symptoms", words)
    assert "episodic_weakness" not in found("symptoms", words)


@pytest.mark.parametrize(
    ("words", "grows"),
    [
        ("progressive weakness of both legs over three days", True),
        ("weakness of the legs for a week, worsening", False),  # behind a comma another complaint may be meant
        ("worsening weakness of the legs for a week", True),
        ("progressive weakness for two years", False),
        ("weakness of both legs for three days", False),
        ("progressive weakness", False),
    ],
)
def test_weakness_that_grew_within_days_is_told_apart(words: str, grows: bool) -> None:
    assert ("rapidly_progressive_weakness" in found("symptoms", words)) is grows


@pytest.mark.parametrize(
    "words", ["I do not feel steady when walking", "not steady on my feet", "does not feel steady"]
)
def test_a_not_that_belongs_to_a_complaint_denies_nothing(words: str) -> None:
    assert found("text", words) == {"gait_ataxia": True}


def test_a_fear_of_fainting_is_no_faint() -> None:
    assert "syncope" not in found("text", "She fears to faint")


def test_number_words_above_twelve_count_months() -> None:
    (item,) = Case.from_mapping({"symptoms": ["dry eyes for eighteen months"]}).understood
    assert item.duration_days == pytest.approx(18 * 30.4)


@pytest.mark.parametrize(
    ("words", "finding"),
    [
        ("acute pain", "back_pain"),
        ("bone pain", "bone_pain_at_night"),
        ("pain on passing urine", "polyuria"),
        ("I drink coffee", "high_caffeine_intake"),
        ("eats as usual", "polyphagia"),
        ("pulse 72", "fasciculations"),
    ],
)
def test_a_phrase_without_its_small_word_is_another(words: str, finding: str) -> None:
    assert finding not in found("symptoms", words)


@pytest.mark.parametrize(
    ("words", "finding"),
    [
        ("acute back pain", "back_pain"),
        ("passing lots of urine", "polyuria"),
        ("hot all the time", "heat_intolerance"),
        ("involuntary right arm movements", "dyskinesia"),
    ],
)
def test_the_small_word_itself_is_read(words: str, finding: str) -> None:
    assert found("symptoms", words).get(finding) is True


@pytest.mark.parametrize(
    ("words", "hypertension"),
    [
        ("blood pressure 160/100 mmHg", True),
        ("BP 170/90", True),
        ("blood pressure <140/90 mmHg", None),
        ("BP 120/70", None),
    ],
)
def test_a_blood_pressure_is_read_with_its_bound(words: str, hypertension: bool | None) -> None:
    case = Case.from_mapping({"signs": [words]})
    assert {u.id: u.present for u in case.understood}.get("hypertension") is hypertension
    assert case.understood or any("was read" in issue.message for issue in case.issues)


@pytest.mark.parametrize(
    "words",
    ["twitching eyelid of 3 weeks' duration", "eyelid twitch of three week's standing", "eyelid twitch, 3 weeks"],
)
def test_a_time_in_the_possessive_is_that_time(words: str) -> None:
    assert [u.duration_days for u in Case.from_mapping({"text": words}).understood] == [21]


@pytest.mark.parametrize(
    ("words", "age"),
    [("A woman of 41 with cramps", 41), ("a boy of 7 with cramps", 7), ("a man of 80 kg with cramps", None)],
)
def test_a_person_of_so_many_years(words: str, age: float | None) -> None:
    assert Case.from_mapping({"text": words}).person.age == age


@pytest.mark.parametrize(
    ("words", "other"),
    [
        ("I lost the election", "erectile_dysfunction"),
        ("it lasts for thirty minutes", "excessive_thirst"),
        ("neurogenic bladder", "neutropenia"),
        ("conjunctival hyperemia", "elevated_creatine_kinase"),
        ("ineffective erythropoiesis", "epoetin_alfa"),
        ("elevated serum creatine kinase", "creatine"),
    ],
)
def test_a_real_word_is_no_slip_of_another(words: str, other: str) -> None:
    assert other not in found("symptoms", words)


@pytest.mark.parametrize("words", ["parasthesia of the hands", "diarhoea", "vommiting", "pruritis"])
def test_a_slip_is_still_mended(words: str) -> None:
    assert found("symptoms", words)


@pytest.mark.parametrize("words", ["a vitamin deficiency", "low vitamin levels", "I take a vitamin a day"])
def test_a_vitamin_is_not_vitamin_a(words: str) -> None:
    assert not {"vitamin_a_deficiency", "retinol"} & set(found("text", words))


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("low levels of vitamin A", "vitamin_a_deficiency"),
        ("low levels of vitamin C", "vitamin_c_deficiency"),
        ("my iron levels are low", "iron_deficiency"),
        ("low levels of magnesium", "hypomagnesemia"),
        ("my calcium level is high", "hypercalcemia"),
    ],
)
def test_a_low_level_is_a_lack_and_no_supplement(words: str, state: str) -> None:
    assert found("text", words) == {state: True}


@pytest.mark.parametrize("tablets", ["Slow Sodium", "sodium chloride tablets", "phosphate tablets"])
def test_salt_tablets_hold_no_potassium(tablets: str) -> None:
    classes = {load().drugs[name].drug_class for name in found("drugs", tablets) if name in load().drugs}
    assert classes and "potassium_supplements" not in classes
    assert load().drugs["potassium_chloride"].drug_class == "potassium_supplements"


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("episodes of chest pain, lasting about an hour", None),
        ("attacks of chest pain lasting two hours for 3 years", 1095.0),
        ("chest pain for two hours", pytest.approx(0.083, abs=0.001)),
    ],
)
def test_the_length_of_each_attack_is_not_how_long_there_have_been_any(words: str, days: float | None) -> None:
    told = Case.from_mapping({"symptoms": [words]}).understood
    assert [u.duration_days for u in told if u.id == "chest_pain"] == [days]


@pytest.mark.parametrize(
    ("words", "name"),
    [("attacks of unconsciousness", "loss_of_awareness_spells"), ("found unconscious", "coma")],
)
def test_who_is_unconscious_in_attacks_is_in_no_coma(words: str, name: str) -> None:
    assert {u.id for u in Case.from_mapping({"symptoms": [words]}).understood} & {
        "coma",
        "loss_of_awareness_spells",
    } == {name}


@pytest.mark.parametrize(
    ("words", "mineral"),
    [
        ("losartan potassium 50 mg", "potassium"),
        ("diclofenac potassium", "potassium"),
        ("penicillin V potassium", "potassium"),
        ("amoxicillin clavulanate potassium", "potassium"),
        ("atorvastatin calcium", "calcium"),
        ("omeprazole magnesium", "magnesium"),
        ("magnesium valproate", "magnesium"),
    ],
)
def test_the_salt_of_a_medicine_is_no_supplement(words: str, mineral: str) -> None:
    assert f"{mineral}_supplements" not in found("drugs", words)
    assert f"{mineral}_supplements" in found("drugs", f"{words}, {mineral}")


@pytest.mark.parametrize("words", ["malathion lotion", "streptozocin", "pentobarbital", "trimeprazine", "nimodipine"])
def test_a_medicine_that_is_not_known_is_no_other(words: str) -> None:
    assert set(found("drugs", words)) <= {"other_medicines", "nimodipine"}


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("Should I take magnesium?", set()),
        ("I wonder if I should take magnesium for my twitching eye", {"eyelid_twitching"}),
        ("thinking of taking vitamin B12 because my feet are numb", {"numb_feet"}),
        ("I take magnesium. Should I take more?", {"magnesium_supplements"}),
    ],
)
def test_who_asks_whether_to_take_it_does_not_take_it(words: str, kept: set[str]) -> None:
    assert set(found("text", words)) == kept


@pytest.mark.parametrize(("words", "recent"), [("three weeks ago", True), ("in 1998", False), ("12 years ago", False)])
def test_an_operation_of_weeks_ago_is_recent(words: str, recent: bool) -> None:
    assert ("recent_thyroid_surgery" in found("text", f"total thyroidectomy for Graves disease {words}")) is recent


@pytest.mark.parametrize("words", ["proximal and distal muscle weakness", "weakness of distal and proximal muscles"])
def test_weak_near_and_far_is_weak(words: str) -> None:
    assert found("symptoms", words) == {"muscle_weakness": True}


@pytest.mark.parametrize(
    ("words", "name"),
    [("H. pylori", "helicobacter_pylori_infection"), ("hyperparathyroidism", "primary_hyperparathyroidism")],
)
def test_a_condition_is_read_by_its_short_name(words: str, name: str) -> None:
    assert name in found("conditions", words)

"""Bad input: a clear message, nothing lost, nothing raised except for the file as a whole."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from repletion.case import Case, CaseError

TODAY = dt.date(2026, 11, 23)


def ids(case: Case, *, present: bool = True) -> set[str]:
    return {u.id for u in case.understood if u.present is present}


def said(case: Case, where: str) -> str:
    return " ".join(f"{i.message} {i.remedy}" for i in case.issues if i.where.startswith(where))


def test_yaml_json_and_words_say_the_same() -> None:
    data = {"symptoms": ["eyelid twitching for 3 weeks"], "drugs": ["omeprazole 20 mg"]}
    as_json = Case.parse(json.dumps(data))
    as_yaml = Case.parse("symptoms:\n  - eyelid twitching for 3 weeks\ndrugs: [omeprazole 20 mg]\n")
    as_text = Case.parse("eyelid twitching for 3 weeks. I take omeprazole 20 mg.")
    assert ids(as_json) == ids(as_yaml) == ids(as_text) == {"eyelid_twitching", "omeprazole"}
    assert as_yaml.understood == as_json.understood
    assert next(u for u in as_text.understood if u.id == "eyelid_twitching").duration_days == 21
    assert next(u for u in as_json.understood if u.id == "omeprazole").dose == "20 mg"


def test_mapping_form_of_findings() -> None:
    case = Case.from_mapping(
        {
            "findings": {
                "eyelid_twitching": {"present": True, "since": "3 wk"},
                "muscle_cramps": True,
                "numbness": False,
                "paresthesia": "unknown",
                "eyelid_twitchin": True,
            }
        }
    )
    assert ids(case) == {"eyelid_twitching", "muscle_cramps"}
    assert ids(case, present=False) == {"numbness"}
    assert case.understood[0].duration_days == 21
    assert case.understood[0].code == "HPO HP:0030826"


def test_unknown_words_become_an_issue_with_place_and_neighbors() -> None:
    case = Case.from_mapping({"symptoms": ["glorbing of the snood", "tingling lips"]})
    assert ids(case) == {"perioral_paresthesia"}
    issue = next(i for i in case.issues if i.where == "symptoms[0]")
    assert "glorbing of the snood" in issue.message
    assert issue.remedy


def test_unknown_key_names_the_nearest() -> None:
    case = Case.from_mapping({"symtoms": ["cramps"], "person": {"agee": 4}})
    assert "“symptoms”" in said(case, "symtoms")
    assert "“age”" in said(case, "person.agee")
    assert not case.understood


@pytest.mark.parametrize("age", [-3, 900, "minus four", "-1"])
def test_impossible_age_is_unknown_and_said(age: object) -> None:
    case = Case.from_mapping({"person": {"age": age, "sex": "female"}, "symptoms": ["cramps"]})
    assert case.person.age is None
    assert case.person.sex == "female"
    assert "age" in said(case, "person.age")
    assert ids(case) == {"muscle_cramps"}


def test_child_and_pregnancy_are_noted() -> None:
    child = Case.from_mapping({"person": {"age": 7}})
    assert child.person.age == 7
    assert "child" in said(child, "person.age")
    pregnant = Case.from_mapping({"person": {"age": 30, "sex": "female", "pregnant": True}})
    assert pregnant.person.pregnant is True
    assert "pregnancy" in said(pregnant, "person.pregnant").lower()
    assert "contradict" in said(Case.from_mapping({"person": {"sex": "male", "pregnant": True}}), "person.pregnant")


def test_person_from_text() -> None:
    person = Case.parse("A 52-year-old woman with cramps for 3 months.").person
    assert (person.age, person.sex) == (52, "female")
    assert Case.parse("I have had cramps for 34 days").person.age is None
    assert Case.from_mapping({"person": {"height": "5 ft 7 in", "weight": "11 st 4 lb"}}).person.bmi == pytest.approx(
        24.7, abs=0.1
    )


def test_contradiction_stays_possible_and_is_said() -> None:
    case = Case.from_mapping({"symptoms": ["face drooping"], "stated_negatives": ["no facial palsy"]})
    palsy = next(u for u in case.understood if u.id == "facial_palsy")
    assert palsy.present
    assert not palsy.certain
    assert any("present" in i.message and "absent" in i.message for i in case.issues)


def test_not_mentioned_is_not_absent() -> None:
    case = Case.from_mapping({"symptoms": ["cramps"], "stated_negatives": [], "findings": {"seizure": None}})
    assert [u.id for u in case.understood] == ["muscle_cramps"]


def test_somebody_says_who_they_are_at_the_end_of_a_long_story() -> None:
    story = "My eyelid has been twitching for 3 weeks. My feet tingle. I sleep about 5 hours a night, " * 3
    assert Case.parse(f"{story} I am a woman of 54.", "text").person.sex == "female"
    assert Case.parse(f"{story} I'm a 54 year old man.", "text").person.sex == "male"
    assert Case.parse(f"{story} My doctor is a woman.", "text").person.sex is None


def test_relatives_are_not_the_person() -> None:
    case = Case.parse("My mother has epilepsy and type 1 diabetes. I have eyelid twitching.")
    assert ids(case) == {"eyelid_twitching"}
    assert any("somebody else" in i.message for i in case.issues)
    labs = Case.from_mapping({"labs": [{"test": "maternal vitamin B12", "value": 163, "unit": "ng/L"}]})
    assert not labs.labs
    assert labs.issues


def test_which_medicine_is_asked() -> None:
    case = Case.from_mapping({"drugs": ["water tablet"]})
    # the group most used counts as possible, and of the others nothing is denied
    assert [(u.id, u.certain, u.present) for u in case.understood] == [("thiazide_diuretics", False, True)]
    assert "which" in said(case, "drugs[0]")


def test_records_with_labels_lose_them_quietly() -> None:
    case = Case.from_mapping(
        {"id": "mg-1", "final_diagnoses": ["magnesium deficiency"], "symptoms": [{"term": "tetany"}]}
    )
    assert ids(case) == {"tetany"}
    assert not case.issues


def test_dates_in_the_future() -> None:
    lab = {"test": "magnesium", "value": 0.8, "unit": "mmol/L", "date": "2027-01-01"}
    case = Case.from_mapping({"labs": [lab]}, today=TODAY)
    assert case.labs[0].date is None
    assert "future" in said(case, "labs[0].date")
    assert Case.from_mapping({"on": "2027-02-01", "labs": [lab]}, today=TODAY).labs[0].date == dt.date(2027, 1, 1)
    assert "not a date" in said(Case.from_mapping({"on": "soon"}), "on")


def test_habits_as_numbers() -> None:
    case = Case.from_mapping({"habits": {"coffee_cups_per_day": 5, "sleep_hours": 5, "smoker": False}})
    assert {"high_caffeine_intake", "sleep_deprivation"} <= ids(case)
    assert "nicotine_dependence" in ids(case, present=False)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"   \n ", "empty"),
        (b"\x7fELF\x00\x01\x02", "text"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "text"),
        (b"symptoms: [a, b\nlabs: {", "line"),
        (b'{"symptoms": ["a"],, }', "line 1, column"),
        (b'{"age": 1, "age": 2}', "twice"),
        (b"symptoms: [a]\nsymptoms: [b]\n", "twice"),
        (b"symptoms: " + b"[" * 60 + b"]" * 60, "deep"),
        (b'{"a":' * 100_000, "JSON"),
        (b"- 1\n- 2\nperson: x", "malformed"),
        (b"[1, 2, 3]", "mapping"),
    ],
)
def test_whole_file_faults(data: bytes, words: str) -> None:
    with pytest.raises(CaseError, match=words):
        Case.parse(data)


def test_alias_bomb() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"b{i}: &b{i} [*a, *a, *a, *a, *a, *a, *a, *a, *a]" for i in range(9)]
    with pytest.raises(CaseError, match="alias"):
        Case.parse("symptoms: [cramps]\n" + "\n".join(lines))


def test_too_large_is_refused_before_reading(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    with file.open("wb") as handle:
        handle.truncate(50_000_000)
    with pytest.raises(CaseError, match=r"50\.0 MB"):
        Case.read(file)
    with pytest.raises(CaseError, match="No such file"):
        Case.read(tmp_path / "none.yaml")
    with pytest.raises(CaseError, match="folder"):
        Case.read(tmp_path)


def test_yaml_traps_are_read_as_typed(tmp_path: Path) -> None:
    file = tmp_path / "case.yml"
    file.write_text("person: {country: NO, age: 40}\non: 2026-11-20\nsymptoms: [cramps]\n", encoding="utf-8")
    case = Case.read(file)
    assert case.person.country == "NO"
    assert case.on == dt.date(2026, 11, 20)


def test_diary_keeps_every_line() -> None:
    case = Case.from_mapping({"diary": [{"food": "white toast", "amount": "2 slice"}, "black coffee, 5 cups"]})
    assert case.diary == "2 slice white toast\nblack coffee, 5 cups"


def test_never_and_worry_are_not_statements() -> None:
    assert ids(Case.parse("I have never had a fit"), present=False) == {"seizure"}
    worried = Case.parse("I read about multiple sclerosis. Could it be multiple sclerosis?")
    assert not worried.understood
    assert any("worry" in i.message for i in worried.issues)


def test_times_go_to_their_words() -> None:
    case = Case.parse("Confused after weeks of vomiting. I am 28 weeks pregnant with leg cramps.")
    days = {u.id: u.duration_days for u in case.understood}
    assert days["vomiting"] == 21  # "weeks" is three of them, the middle of what is meant
    assert days["confusion"] is None
    assert days["muscle_cramps"] is None


URGENT = {
    "my speech is slurred": "dysarthria",
    "my throat is closing": "laryngospasm",
    "one side of my face has dropped": "facial_palsy",
    "I can't lift my left arm": "hemiparesis",
    "fainted this morning": "syncope",
    "he had a seizure last night": "seizure",
    "my hands are locked and clawed": "tetany",
    "I want to kill myself": "suicidal_ideation",
    "can't breathe": "dyspnea",
    "double vision": "diplopia",
    "worst headache of my life": "thunderclap_headache",
    "lost control of my bladder": "urinary_incontinence",
    "sudden weakness of one side of the body": "hemiparesis",
    "face is drooping and twitching": "facial_palsy",
}


@pytest.mark.parametrize("text", URGENT)
def test_urgent_words_are_read_present_and_denied_when_denied(text: str) -> None:
    said_now = {u.id: u for u in Case.parse(text, "text").understood}
    assert said_now[URGENT[text]].present
    assert not said_now[URGENT[text]].past


def test_one_unknown_word_among_known_ones_is_said() -> None:
    case = Case.parse("Tingling lips, glorbing, cramps.", "text")
    assert ids(case) == {"perioral_paresthesia", "muscle_cramps"}
    assert "glorbing" in said(case, "text")


def test_the_age_at_which_something_began_is_not_the_age() -> None:
    assert Case.parse("12-year-old girl, since age 3 only chips", "text").person.age == 12
    assert Case.parse("since age 3 only chips", "text").person.age is None


@pytest.mark.parametrize(
    ("words", "name", "there"),
    [
        ("Cola 2-4 L daily for 6 years", "cola_excess", True),
        ("one glass of cola a day", "cola_excess", False),
        ("drinks 10 pints a day", "alcohol_use_disorder", True),
        ("2 pints a day", "alcohol_use_disorder", False),
        ("70 units a week", "alcohol_use_disorder", True),
        ("eats only chips", "very_narrow_diet", True),
        ("episodic muscle weakness", "episodic_weakness", True),
        ("muscle weakness", "episodic_weakness", False),
    ],
)
def test_amounts_and_habits_of_eating_are_read(words: str, name: str, there: bool) -> None:
    assert (name in {u.id for u in Case.parse(words, "text").understood if u.present}) is there


def test_an_age_group_stands_for_an_age_and_says_so() -> None:
    case = Case.from_mapping({"person": {"age_group": "elderly"}})
    assert case.person.age == 75 and any("75" in issue.message for issue in case.issues)
    assert Case.from_mapping({"person": {"age_group": "elderly", "age": 68}}).person.age == 68
    assert Case.from_mapping({"person": {"age_group": "somewhere between"}}).person.age is None


def test_an_amount_further_on_is_no_dose_of_the_medicine_before() -> None:
    for words, dose in (
        ("I take omeprazole, serum magnesium 0.68 mmol/L", None),
        ("I take omeprazole and vitamin D 25 ug", None),
        ("I take omeprazole 20 mg", "20 mg"),
        ("I take omeprazole, 20 mg", "20 mg"),
    ):
        case = Case.parse(words, "text")
        assert next(u.dose for u in case.understood if u.id == "omeprazole") == dose, words

"""Whatever is typed: no traceback, and nothing vanishes."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from repletion.case import Case, CaseError
from repletion.case.reader import KEYS

WORDS = st.sampled_from(
    [
        "no",
        "not",
        "cramps",
        "tingling",
        "and",
        ",",
        "eyelid",
        "3",
        "weeks",
        "Mg",
        "1.4",
        "mg/dL",
        "?",
        "mother",
        "ago",
        "omeprazole",
        "low",
        "(",
        ")",
        "/",
        "face",
        "since",
        "5",
        "or",
        "-",
        "K+",
        "<",
        "1,47",
        "never",
        "hands",
        "weak",
        "é",
        "µmol/l",
    ]
)
TEXT = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join))
LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT)
VALUE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(
                TEXT,
                st.sampled_from(["term", "test", "value", "unit", "duration", "present", "date", "reference_range"]),
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=6)), VALUE, max_size=6))
def test_no_mapping_raises(data: dict[str, object]) -> None:
    case = Case.from_mapping(data)
    assert all(issue.message and issue.remedy for issue in case.issues)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=120), TEXT, TEXT.map(lambda text: f"symptoms:\n  - {text}\n")))
def test_no_text_raises_but_a_case_error(data: bytes | str) -> None:
    try:
        Case.parse(data)
    except CaseError as error:
        assert str(error)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(list("abcdefghijklmnopqrstuvwxyz")), min_size=5, max_size=12).map("".join))
def test_every_entry_of_a_list_is_understood_or_an_issue(word: str) -> None:
    case = Case.from_mapping({"symptoms": [word], "conditions": [word], "drugs": [word]})
    for where in ("symptoms[0]", "conditions[0]", "drugs[0]"):
        assert any(u.where == where for u in case.understood) or any(i.where == where for i in case.issues)


@settings(max_examples=60, deadline=None)
@given(
    st.permutations(
        ["eyelid twitching for 3 weeks", "no weakness", "tingling lips", "maybe cramps", "seizure 5 years ago"]
    )
)
def test_order_changes_nothing(order: list[str]) -> None:
    def facts(entries: list[str]) -> set[tuple[object, ...]]:
        case = Case.from_mapping({"symptoms": entries})
        return {(u.kind, u.id, u.present, u.certain, u.past, u.duration_days) for u in case.understood}

    assert facts(order) == facts(sorted(order))


def test_time_grows_with_length_not_with_its_square() -> None:
    """A 40 kB sentence without an end took 11 s when it was read in one piece."""
    start = time.process_time()
    case = Case.parse("cramps and tingling, " * 2000 + "glorb", "text")
    assert {u.id for u in case.understood} == {"muscle_cramps", "paresthesia"}
    assert time.process_time() - start < 3

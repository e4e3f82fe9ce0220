"""The checker finds each kind of mistake in a small knowledge base that is otherwise sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest
from msgspec.structs import replace

from repletion import codes
from repletion.assessment.cite import statement
from repletion.knowledge.base import Knowledge, load
from repletion.knowledge.check import check
from repletion.knowledge.models import (
    Claim,
    Codes,
    Condition,
    Course,
    Drug,
    Factor,
    FactorLink,
    Finding,
    FindingLink,
    Limit,
    Loinc,
    Measure,
    Rate,
    RedFlag,
    Rule,
    Source,
    Span,
    State,
    StateLink,
    Text,
    Unit,
    When,
)
from repletion.knowledge.models import (
    Test as LabTest,
)
from repletion.knowledge.problems import Problem


def claim(name: str, measure: str, value: float | None, unit: str = "percent", **more: object) -> Claim:
    fields = {
        "id": name,
        "subject": "thirst",
        "predictor": "",
        "measure": measure,
        "unit": unit,
        "population": "adults",
        "definition": "as stated",
        "source": "smith-2020",
        "locator": "table 1",
        "basis": "read",
        "value": value,
    }
    return Claim(**{**fields, **more})  # type: ignore[arg-type]


def small() -> Knowledge:
    """Two states, a finding, a wider finding, a factor, a test, a drug and a red flag, all in order."""
    claims = [
        claim("prior", "prevalence", 5),
        claim("rare", "prevalence", 1),
        claim("often", "frequency_in_state", 60),
        claim("leak", "background_rate", 10),
        claim("raises", "odds_ratio", 2.0, "ratio", low=1.5, high=3.0),
        claim("leads", "prevalence_given_factor", 20),
        claim("limit", "threshold", 300.0, "mmol/kg"),
    ]
    rules = [
        Rule(id=n, value=1, unit="points", why="", basis="assumed", source="smith-2020", locator="choice")
        for n in ("weight_ordinary", "effort_question", "effort_blood_test")
    ]
    finding = Finding(id="thirst", label="Thirst", kind="symptom", background=(Rate(claim="leak"),), is_a=("wider",))
    wider = Finding(id="wider", label="Any complaint", kind="symptom", background=(Rate(claim="leak"),))
    factor = Factor(
        id="heat",
        label="Hot work",
        kind="habit",
        prevalence=(Rate(claim="prior"),),
        drug_classes=("diuretics",),
        drugs=("furosemide",),
        not_this={"cold": None, "thirsty work": "thirst"},
    )
    state = State(
        id="drought",
        label="Drought",
        lay="too little water",
        kind="deficiency",
        definition="osmolality above 300",
        summary="",
        codes=Codes(hpo="HP:0001944", icd10cm="E86.0", snomed="34095006", status="verified"),
        prior=(Rate(claim="rare", when=When(sex="female")), Rate(claim="prior")),
        raised_by=(FactorLink(factor="heat", claim="raises"),),
        findings=(FindingLink(finding="thirst", claim="often"), FindingLink(finding="wider", claim="often")),
        tests=("osmolality",),
        course=Course(treatment=Text(text="Drink.", source="smith-2020", locator="p. 2")),
        remarks=(Text(text="Common.", source="smith-2020", locator="p. 1"),),
    )
    severe = State(
        id="severe_drought",
        label="Severe drought",
        lay="far too little water",
        kind="deficiency",
        definition="osmolality above 320",
        summary="",
        requires="drought",
        prior=(Rate(claim="rare"),),
        caused_by=(StateLink(state="drought", claim="leads"),),
        findings=(FindingLink(finding="thirst", claim="often"),),
        tests=("osmolality",),
    )
    test = LabTest(
        id="osmolality",
        label="Serum osmolality",
        lay="salt content",
        unit="mmol/kg",
        units=(Unit(unit="mosm/kg", factor=1, why="same"),),
        plausible=Span(low=200, high=450, source="smith-2020", locator="p. 3", basis="read"),
        reference=(Span(low=275, high=295, source="smith-2020", locator="p. 3", basis="read"),),
        limits=(Limit(finding="thirst", side="above", claim="limit", share="prior"),),
        loinc=(Loinc(code="2692-2"),),
        settles=("drought",),
    )
    flag = RedFlag(
        id="parched",
        label="Parched",
        urgency="routine",
        when=Condition(all_of=(Condition(finding="thirst", days_over=14), Condition(test="osmolality", above="limit"))),
        message="See a doctor.",
        source="smith-2020",
        locator="p. 4",
        basis="read",
    )
    return Knowledge(
        version="0",
        sources={"smith-2020": Source(id="smith-2020", citation="Smith 2020")},
        claims={c.id: c for c in claims},
        rules={r.id: r for r in rules},
        states={state.id: state, severe.id: severe},
        findings={finding.id: finding, wider.id: wider},
        factors={factor.id: factor},
        tests={test.id: test},
        drugs={"furosemide": Drug(id="furosemide", label="Furosemide", kind="drug", drug_class="diuretics")},
        red_flags={flag.id: flag},
    )


def changed(kind: str, name: str, **fields: object) -> Knowledge:
    knowledge = small()
    table = dict(getattr(knowledge, kind))
    table[name] = replace(table[name], **fields)
    return replace(knowledge, **{kind: table})


def test_the_small_knowledge_base_is_in_order() -> None:
    assert check(small()) == []


BROKEN: list[tuple[Callable[[], Knowledge], str, str]] = [
    (lambda: changed("claims", "prior", source=""), "claims prior", "source and locator"),
    (lambda: changed("claims", "prior", locator=" "), "claims prior", "source and locator"),
    (lambda: changed("claims", "prior", source="nobody"), "claims prior", "no source 'nobody'"),
    (lambda: changed("claims", "prior", definition=""), "claims prior", "definition is empty"),
    (lambda: changed("claims", "raises", value=9.0), "claims raises", "outside its interval"),
    (lambda: changed("claims", "raises", low=3.0, high=1.5), "claims raises", "upside down"),
    (lambda: changed("claims", "prior", value=120.0), "claims prior", "between 0 and 100"),
    (lambda: changed("claims", "prior", unit="mmol/L"), "claims prior", "needs a unit of percent"),
    (lambda: changed("claims", "raises", unit="percent"), "claims raises", "needs the unit ratio"),
    (lambda: changed("claims", "raises", value=-2.0, low=None), "claims raises", "above zero"),
    (lambda: changed("claims", "raises", measure="direction", value=3.0), "claims raises", "a direction is"),
    (lambda: changed("rules", "weight_ordinary", source=""), "rules weight_ordinary", "source and locator"),
    (lambda: changed("states", "drought", prior=()), "states/drought prior", "empty"),
    (
        lambda: changed("states", "drought", prior=(Rate(claim="rare", when=When(sex="female")),)),
        "states/drought prior",
        "for everybody",
    ),
    (
        lambda: changed("states", "drought", prior=(Rate(claim="prior"), Rate(claim="rare", when=When(sex="male")))),
        "states/drought prior",
        "never reached",
    ),
    (lambda: changed("states", "drought", prior=(Rate(claim="raises"),)), "states/drought prior", "odds_ratio"),
    (lambda: changed("states", "drought", prior=(Rate(claim="lost"),)), "states/drought prior", "no claim 'lost'"),
    (
        lambda: changed("states", "drought", prior=(Rate(claim="prior", also=("lost",)),)),
        "states/drought prior",
        "no claim 'lost'",
    ),
    (lambda: changed("claims", "prior", value=None), "states/drought prior", "has no number"),
    (lambda: changed("states", "drought", weight="heavy"), "states/drought weight", "no rule 'heavy'"),
    (lambda: changed("states", "drought", tests=("urine",)), "states/drought tests", "no test 'urine'"),
    (lambda: changed("states", "drought", findings=()), "states/drought", "no finding speaks"),
    (
        lambda: changed("states", "drought", findings=(FindingLink(finding="ghost", claim="often"),)),
        "states/drought findings ghost",
        "no finding 'ghost'",
    ),
    (
        lambda: changed("states", "drought", findings=(FindingLink(finding="thirst", claim="often"),) * 2),
        "states/drought findings",
        "named twice",
    ),
    (
        lambda: changed("states", "drought", raised_by=(FactorLink(factor="ghost", claim="raises"),)),
        "states/drought raised_by ghost",
        "no factor 'ghost'",
    ),
    (
        lambda: changed("states", "drought", raised_by=(FactorLink(factor="heat", claim="prior"),)),
        "states/drought raised_by heat",
        "measures prevalence",
    ),
    (
        lambda: changed("states", "drought", caused_by=(StateLink(state="severe_drought", claim="leads"),)),
        "states",
        "circle",
    ),
    (lambda: changed("states", "severe_drought", requires="ghost"), "states/severe_drought requires", "no state"),
    (
        lambda: changed("states", "severe_drought", prior=(Rate(claim="prior"),)),
        "states/severe_drought prior",
        "not below that of drought",
    ),
    (lambda: changed("states", "drought", codes=Codes(snomed="34095007")), "states/drought codes", "check digit"),
    (lambda: changed("states", "drought", codes=Codes(hpo="HP:19")), "states/drought codes", "shape of hpo"),
    (lambda: changed("states", "drought", codes=Codes(icd10cm="86.0")), "states/drought codes", "shape of icd10cm"),
    (
        lambda: changed("states", "drought", remarks=(Text(text="So.", source="nobody", locator="x"),)),
        "states/drought “So.…”",
        "no source 'nobody'",
    ),
    (lambda: changed("findings", "wider", is_a=("thirst",)), "findings", "circle"),
    (lambda: changed("findings", "thirst", is_a=("ghost",)), "findings/thirst is_a", "no finding 'ghost'"),
    (lambda: changed("findings", "thirst", background=()), "findings/thirst background", "empty"),
    (lambda: changed("findings", "thirst", not_this={"a": "ghost"}), "findings/thirst not_this", "no record 'ghost'"),
    (lambda: changed("findings", "thirst", effort="none"), "findings/thirst effort", "no rule 'none'"),
    (lambda: changed("factors", "heat", is_a=("heat",)), "factors", "circle"),
    (lambda: changed("factors", "heat", drug_classes=("ghosts",)), "factors/heat drug_classes", "no drug class"),
    (lambda: changed("factors", "heat", drugs=("ghost",)), "factors/heat drugs", "no drug 'ghost'"),
    (lambda: changed("tests", "osmolality", loinc=(Loinc(code="2692-3"),)), "tests/osmolality loinc", "check digit"),
    (lambda: changed("tests", "osmolality", unit="mmol/L"), "tests/osmolality limit thirst", "the test in 'mmol/L'"),
    (lambda: changed("tests", "osmolality", settles=("ghost",)), "tests/osmolality settles", "no state 'ghost'"),
    (lambda: changed("tests", "osmolality", variation=("ghost",)), "tests/osmolality variation", "no claim 'ghost'"),
    (
        lambda: changed("tests", "osmolality", units=(Unit(unit="x", factor=0, why=""),)),
        "tests/osmolality unit x",
        "above zero",
    ),
    (lambda: changed("drugs", "furosemide", atc="Q1"), "drugs furosemide", "ATC"),
    (lambda: changed("red_flags", "parched", when=Condition()), "red_flags/parched", "always holds"),
    (lambda: changed("red_flags", "parched", when=Condition(state="ghost")), "red_flags/parched", "no state 'ghost'"),
    (
        lambda: changed("red_flags", "parched", when=Condition(test="osmolality", below="prior")),
        "red_flags/parched",
        "measures prevalence",
    ),
]


@pytest.mark.parametrize(("broken", "where", "message"), BROKEN)
def test_a_mistake_is_found_and_placed(broken: Callable[[], Knowledge], where: str, message: str) -> None:
    errors = [p for p in check(broken()) if p.level == "error"]
    assert any(p.where == where and message in p.message for p in errors), errors


def test_a_word_with_two_meanings_is_a_warning() -> None:
    knowledge = changed("findings", "wider", words=("thirst",))
    assert Problem("warning", "word “thirst”", "leads to findings/thirst, findings/wider") in check(knowledge)
    beside = replace(knowledge.findings["wider"], id="beside", is_a=())
    two = replace(knowledge, findings={**small().findings, "beside": beside})
    both = [p for p in check(two) if p.where == "word “thirst”"]
    assert [(p.level, p.message) for p in both] == [("note", "leads to findings/beside, findings/thirst")]
    across = check(changed("factors", "heat", words=("Drought",)))
    assert [p.level for p in across] == ["note"]  # a disease may be both a state and a factor


def test_a_finding_that_nobody_names_is_a_note() -> None:
    knowledge = changed("states", "drought", findings=(FindingLink(finding="thirst", claim="often"),))
    assert [p for p in check(knowledge) if p.level == "note"] == [
        Problem("note", "findings/wider", "no state names it, so it changes no probability", "unused")
    ]


def test_a_direction_has_no_interval() -> None:
    found = check(changed("claims", "raises", measure="direction", value=1.0))
    assert [(p.level, p.where) for p in found] == [("warning", "claims raises")]


def test_a_publication_stands_once() -> None:
    knowledge = small()
    again = Source(id="smith-2020-b", citation="Smith 2020", doi="10.1/X")
    sources = {"smith-2020": replace(knowledge.sources["smith-2020"], doi="10.1/x"), again.id: again}
    assert check(replace(knowledge, sources=sources)) == [
        Problem("warning", "sources smith-2020-b", "is the same publication as smith-2020 (10.1/X)")
    ]


def test_age_is_not_counted_twice() -> None:
    knowledge = small()
    rule = next(iter(knowledge.rules.values()))
    rules = {n: replace(rule, id=n, value=v) for n, v in (("adult_age", 18.0), ("age_older", 65.0))}
    older = replace(knowledge.factors["heat"], id="older_age")

    def aging(split: When) -> list[Problem]:
        state = replace(
            knowledge.states["drought"],
            prior=(Rate(claim="rare", when=split), Rate(claim="prior")),
            raised_by=(FactorLink(factor="older_age", claim="raises"),),
        )
        states = {**knowledge.states, "drought": state}
        factors = {**knowledge.factors, "older_age": older}
        return check(replace(knowledge, rules={**knowledge.rules, **rules}, factors=factors, states=states))

    twice = Problem("warning", "states/drought raised_by older_age", "counts age twice: the prior is split by age")
    assert twice in aging(When(age=(50.0, 120.0)))
    assert twice not in aging(When(age=(0.0, 18.0)))


def test_a_link_below_the_background_is_a_warning() -> None:
    message = "claim often is below every background of the finding"
    below = [p for p in check(changed("claims", "often", value=9.0)) if p.message == message]
    assert {p.where for p in below} == {
        "states/drought findings thirst",
        "states/drought findings wider",
        "states/severe_drought findings thirst",
    }
    assert all(p.message != message for p in check(changed("claims", "often", value=11.0)))


def test_errors_come_first() -> None:
    knowledge = changed("findings", "wider", words=("thirst",), effort="none")
    assert [p.level for p in check(knowledge)] == ["error", "warning"]


@pytest.mark.parametrize("code", ["2601-3", "2823-3", "17861-6", "1989-3"])
def test_loinc_check_digit(code: str) -> None:
    assert codes.loinc_is_valid(code)
    number, digit = code.split("-")
    for other in set("0123456789") - {digit}:
        assert not codes.loinc_is_valid(f"{number}-{other}")
    assert not codes.loinc_is_valid(number)


@pytest.mark.parametrize("code", ["190855004", "44054006", "87522002", "34713006"])
def test_snomed_check_digit(code: str) -> None:
    """Verhoeff's scheme finds every single wrong digit and every swap of neighbours."""
    assert codes.snomed_is_valid(code)
    for place in range(len(code)):
        for digit in set("0123456789") - {code[place]}:
            assert not codes.snomed_is_valid(code[:place] + digit + code[place + 1 :])
    for place in range(len(code) - 1):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert swapped == code or not codes.snomed_is_valid(swapped)


def test_every_measure_has_words() -> None:
    """An answer cites its claims by what they measure; a measure without words would end in a traceback."""
    for measure in get_args(Measure):
        claim = replace(next(iter(load().claims.values())), measure=measure)
        assert statement(claim)

"""An invented network whose numbers hold side by side passes; one number moved, and the breach is named."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from repletion.knowledge import Knowledge
from repletion.knowledge.models import (
    Claim,
    Factor,
    FactorLink,
    Finding,
    FindingLink,
    Rate,
    Rule,
    State,
    StateLink,
    When,
)
from repletion.network.coherence import ANY_STATE, Judgement, Sample, incoherent, people

ADULT, CHILD = Sample(id="adult", label="an adult", age=45, sex="female"), Sample(id="child", label="a child", age=8)

# percent, with an interval of a tenth to either side, and ratios
SHARES = {
    "low": 2.0,
    "severe": 0.1,
    "alkalosis": 1.0,
    "cramp": 10.0,
    "cramp-child": 10.0,
    "night-cramp": 4.0,
    "cramp-in-low": 20.0,
    "cramp-in-severe": 60.0,
    "alkalosis-in-low": 5.0,
    "vomiting": 3.0,
    "morning-vomiting": 1.0,
    "low-in-vomiting": 10.0,
}
RATIOS = {"raises": 3.0}
MEASURES = {
    "cramp-in-low": "frequency_in_state",
    "cramp-in-severe": "frequency_in_state",
    "alkalosis-in-low": "frequency_in_state",
    "low-in-vomiting": "prevalence_given_factor",
    "raises": "odds_ratio",
}
RULES = {
    "shrink_observational": 0.7,
    "cap_log_odds": 3.0,
    "default_direction_odds_ratio": 1.5,
    "default_interval_log_odds": 0.7,
    "assumed_interval_log_odds": 1.1,
    "least_own_part": 0.05,
    "most_with_one_factor": 0.95,
    "least_telling": 0.0,
    "interval_level": 95,
    "coherence_several": 3,
    "coherence_rare": 0.01,
    "coherence_likely": 0.6,
}


def world(width: float = 0.1, **moved: float) -> Knowledge:
    """The invented network with some of its numbers ``moved`` (an underscore for each hyphen)."""
    numbers = {**SHARES, **RATIOS, **{name.replace("_", "-"): value for name, value in moved.items()}}
    claims = [
        Claim(
            id=name,
            subject="x",
            predictor="y",
            measure=MEASURES.get(name, "prevalence"),  # type: ignore[arg-type]
            unit="ratio" if name in RATIOS else "percent",
            population="people",
            definition="as defined",
            source="s",
            locator="p. 1",
            basis="read",
            value=value,
            low=value * (1 - width),
            high=min(value * (1 + width), 99.9 if name in SHARES else value * 2),
        )
        for name, value in numbers.items()
    ]

    def state(name: str, **more: object) -> State:
        words = {"id": name, "label": name, "lay": name, "kind": "deficiency", "definition": "d", "summary": "s"}
        return State(**{**words, "prior": (Rate(claim=name),), **more})  # type: ignore[arg-type]

    def factor(name: str, *wider: str) -> Factor:
        return Factor(id=name, label=name, kind="history", prevalence=(Rate(claim=name),), is_a=wider)

    def finding(name: str, *rates: Rate, wider: tuple[str, ...] = ()) -> Finding:
        return Finding(id=name, label=name, kind="symptom", background=rates, is_a=wider)

    records = [
        state(
            "low",
            findings=(FindingLink(finding="cramp", claim="cramp-in-low"),),
            raised_by=(FactorLink(factor="vomiting", claim="low-in-vomiting"),),
        ),
        state(
            "severe",
            requires="low",
            findings=(FindingLink(finding="cramp", claim="cramp-in-severe"),),
            raised_by=(FactorLink(factor="vomiting", claim="raises"),),
        ),
        state("alkalosis", caused_by=(StateLink(state="low", claim="alkalosis-in-low"),)),
    ]
    cramp = finding("cramp", Rate(claim="cramp-child", when=When(age=(0, 12))), Rate(claim="cramp"))
    night = finding("night_cramp", Rate(claim="night-cramp"), wider=("cramp",))
    factors = [factor("vomiting"), factor("morning-vomiting", "vomiting")]
    return Knowledge(
        version="test",
        sources={},
        claims={c.id: c for c in claims},
        rules={
            name: Rule(id=name, value=value, unit="1", why="test", basis="assumed", source="s", locator="here")
            for name, value in RULES.items()
        },
        states={s.id: s for s in records},
        findings={f.id: f for f in (cramp, night)},
        factors={f.id: f for f in factors},
        tests={},
        drugs={},
        red_flags={},
    )


def test_numbers_that_hold_side_by_side_pass() -> None:
    assert incoherent(world(), [ADULT, CHILD]) == []


def test_a_narrower_finding_is_no_commoner_than_the_wider_in_the_same_state() -> None:
    knowledge = world()
    links = (*knowledge.states["low"].findings, FindingLink(finding="night_cramp", claim="cramp-in-severe"))
    low = replace(knowledge.states["low"], findings=links)
    (found,) = incoherent(replace(knowledge, states={**knowledge.states, "low": low}), [ADULT])
    assert found.where == "states/low findings cramp"
    assert "night_cramp, a kind of it, has 60 % (cramp-in-severe), 3 times the 20 % of cramp-in-low" in found.message


@pytest.mark.parametrize(
    ("moved", "where", "names"),
    [
        (
            {"cramp": 0.2, "night_cramp": 0.1},
            "findings/cramp background",
            ("low alone", "low × cramp-in-low", "cramp:"),
        ),
        ({"night_cramp": 15}, "findings/cramp background", ("night_cramp, a kind", "night-cramp", "of cramp")),
        ({"alkalosis": 0.05}, "states/alkalosis prior", ("low alone", "low × alkalosis-in-low")),
        ({"severe": 4}, "states/severe prior", ("a level of low", "severe")),
        ({"severe": 1.5}, "states/low findings cramp", ("severe × cramp-in-severe", "low × cramp-in-low")),
        ({"cramp_in_severe": 10}, "states/severe findings cramp", ("cramp-in-low", "cramp-in-severe")),
        ({"morning_vomiting": 5}, "factors/vomiting prevalence", ("morning-vomiting",)),
        ({"low_in_vomiting": 90, "low": 1}, "states/low prior", ("vomiting × low-in-vomiting",)),
        ({"raises": 5e3}, "states/severe raised_by vomiting", ("raises", "an adult")),
    ],
)
def test_each_breach_is_a_warning_that_names_its_claims(
    moved: dict[str, float], where: str, names: tuple[str, ...]
) -> None:
    found = {p.where: p for p in incoherent(world(**moved), [ADULT, CHILD]) if p.level == "warning"}
    assert where in found, found
    for name in names:
        assert name in found[where].message


def test_wide_intervals_allow_what_narrow_ones_do_not() -> None:
    assert incoherent(world(alkalosis=0.08), [ADULT]) != []
    assert incoherent(world(alkalosis=0.08, width=0.6), [ADULT]) == []


def test_the_people_are_named_in_whom_it_fails() -> None:
    (found,) = [p for p in incoherent(world(cramp_child=0.15), [ADULT, CHILD]) if "low alone" in p.message]
    assert found.message.endswith("of cramp-child: a child")


def test_a_share_of_adults_is_not_held_against_the_stand_in_of_other_ages() -> None:
    broken = world(low_in_vomiting=90, low=1, alkalosis=0.02)
    wheres = {"states/low prior", "states/alkalosis prior"}
    assert wheres <= {p.where for p in incoherent(broken, [CHILD])}
    stood = {name: replace(broken.claims[name], subject=ANY_STATE) for name in ("low", "alkalosis")}
    found = incoherent(replace(broken, claims={**broken.claims, **stood}), [CHILD])
    assert not wheres & {p.where for p in found}


def test_what_is_judged_right_is_a_note_with_its_reason() -> None:
    judged = Judgement(
        where="states/alkalosis prior", part="low alkalosis-in-low", whole="alkalosis", why="as measured"
    )
    (found,) = incoherent(world(alkalosis=0.05), [ADULT], [judged])
    assert (found.level, found.where) == ("note", judged.where)
    assert "measured" in found.message


def test_a_judgement_that_excuses_nothing_is_a_warning() -> None:
    judged = Judgement(
        where="states/alkalosis prior", part="low alkalosis-in-low", whole="alkalosis", why="as measured"
    )
    (found,) = incoherent(world(), [ADULT], [judged])
    assert (found.level, found.where) == ("warning", judged.where)
    other = replace(judged, part="low cramp-in-low")
    assert {p.level for p in incoherent(world(alkalosis=0.05), [ADULT], [other])} == {"warning"}


def test_the_largest_comes_first() -> None:
    found = incoherent(world(cramp=0.2, alkalosis=0.001, night_cramp=0.1), [ADULT])
    wheres = [p.where for p in found if p.level == "warning"]
    assert wheres[:2] == [
        "states/alkalosis prior",
        "findings/cramp background",
    ]


def test_many_small_parts_are_a_note() -> None:
    knowledge = world(width=0.5, cramp=0.2, night_cramp=0.1, cramp_in_low=15, cramp_in_severe=90, severe=0.5)
    together = [p for p in incoherent(knowledge, [ADULT]) if p.level == "note"]
    assert "findings/cramp background together" in [p.where for p in together]
    assert all("low" in p.message and "severe" in p.message for p in together)


def test_levels_that_add_up_to_more_than_their_state_are_a_note() -> None:
    knowledge = world(severe=1.2, cramp_in_severe=20)
    again = replace(knowledge.states["severe"], id="very_severe")
    found = incoherent(replace(knowledge, states={**knowledge.states, again.id: again}), [ADULT])
    assert [(p.level, p.where) for p in found] == [("note", "states/low prior")]


def test_everybody_looked_at_is_in_the_data() -> None:
    assert {(p.age, p.sex) for p in people()} >= {(45, "female"), (45, "male"), (75, "female"), (8, None)}
    assert any(p.age < 1 for p in people())

"""What the states and factors say, tried on people: the numbers must mean in the network what they mean on paper."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pytest

from repletion.case.model import Case, Lab, Person, Understood
from repletion.evidence import observe
from repletion.evidence.labs import choose
from repletion.inference import Evidence, infer
from repletion.knowledge import Knowledge
from repletion.knowledge.base import load
from repletion.knowledge.check import check
from repletion.knowledge.models import Season
from repletion.network.build import Builder
from repletion.network.scale import logit

ELECTROLYTES = (
    "hypomagnesemia",
    "severe_hypomagnesemia",
    "hypocalcemia",
    "severe_hypocalcemia",
    "hypokalemia",
    "severe_hypokalemia",
    "hyponatremia",
    "severe_hyponatremia",
    "dehydration",
)
SPINE = (
    *ELECTROLYTES,
    "vitamin_d_deficiency",
    "vitamin_b12_deficiency",
    "symptomatic_vitamin_b12_deficiency",
    "functional_vitamin_b12_deficiency",
    "iron_deficiency",
    "iron_deficiency_anemia",
    "vitamin_b6_excess",
    "symptom_propensity",
)


@cache
def knowledge() -> Knowledge:
    return load()


@cache
def builder() -> Builder:
    return Builder(knowledge(), draws=0)


def probabilities(
    person: Person,
    *,
    findings: tuple[str, ...] = (),
    absent: tuple[str, ...] = (),
    factors: tuple[str, ...] = (),
    drugs: tuple[str, ...] = (),
    labs: dict[str, float] | None = None,
    season: Season = "autumn",
) -> dict[str, float]:
    """Posterior of every state for a person described by ids."""
    said = [(name, "finding", True) for name in findings] + [(name, "finding", False) for name in absent]
    said += [(name, "factor", True) for name in factors] + [(name, "drug", True) for name in drugs]
    understood = [
        Understood(text=name, where="test", kind=kind, id=name, label=name, present=present)  # type: ignore[arg-type]
        for name, kind, present in said
    ]
    results = [
        Lab(test=name, label=name, text=name, where="test", value=value, unit=knowledge().tests[name].unit)
        for name, value in (labs or {}).items()
    ]
    evidence = observe(Case(person=person, understood=tuple(understood), labs=tuple(results)), knowledge())
    known = {o.id: o.share for o in evidence.observations if o.share is not None}
    nodes = list(dict.fromkeys(name for o in evidence.observations for name in o.nodes))
    network = builder().build(person, season=season, known=known, findings=nodes).network
    pairs = np.ones((len(nodes), 2))
    for observation in evidence.observations:
        for name, pair in observation.nodes.items():
            pairs[nodes.index(name)] *= pair
    posterior = infer(network, Evidence(likelihood0=pairs[:, 0].copy(), likelihood1=pairs[:, 1].copy()))
    return {name: posterior[name] for name in posterior.states}


def odds(p: float) -> float:
    return p / (1 - p)


def test_no_errors_in_the_knowledge_base() -> None:
    assert [p for p in check(knowledge()) if p.level == "error"] == []


def test_the_spine_is_there() -> None:
    assert set(SPINE) <= set(knowledge().states)


@pytest.mark.parametrize("name", SPINE)
def test_a_person_about_whom_nothing_is_known_has_the_prior(name: str) -> None:
    """Causes among states are taken out of a state's own part, so that its total is the prevalence. At 66 the
    factor of being 65 or over is present and lifts some states above it, the more the rarer such people are."""
    person = Person(age=66, sex="female")
    wanted = builder().scale.probability(choose(knowledge().states[name].prior, person, "autumn").claim)[0]
    assert odds(probabilities(person)[name]) == pytest.approx(odds(wanted), rel=0.55)


def test_acid_blocker_thiazide_and_diabetes_lift_low_magnesium() -> None:
    """Unshrunk the three would give 26 %; with the declared shrinkage and a base of 2.5 % about 10 to 14 %."""
    person = Person(age=66, sex="female")
    given = probabilities(person, factors=("type_2_diabetes",), drugs=("omeprazole", "hydrochlorothiazide"))
    assert 0.02 < probabilities(person)["hypomagnesemia"] < 0.03
    assert 0.08 < given["hypomagnesemia"] < 0.16


def test_the_implied_odds_ratio_is_the_shrunk_one() -> None:
    """One factor: with and without it the odds differ by OR^0.7."""
    person = Person(age=66, sex="female")
    build = partial(builder().build, person, season="autumn", findings=())
    place = builder().graph.index["hypomagnesemia"]
    yes, no = (build(known={"thiazide_diuretics": a}).shifts["thiazide_diuretics"][0, place] for a in (1.0, 0.0))
    assert yes - no == pytest.approx(np.log(3.14) * knowledge().rule("shrink_observational"), rel=1e-6)


@pytest.mark.parametrize("name", ELECTROLYTES)
def test_an_eyelid_twitch_says_nothing_about_electrolytes(name: str) -> None:
    person = Person(age=34, sex="female")
    before, after = probabilities(person)[name], probabilities(person, findings=("eyelid_twitching",))[name]
    assert 1 / 1.5 < odds(after) / odds(before) < 1.5


def test_a_loop_diuretic_does_not_raise_low_magnesium() -> None:
    person = Person(age=70, sex="male")
    with_it = probabilities(person, drugs=("furosemide",))["hypomagnesemia"]
    assert with_it == pytest.approx(probabilities(person)["hypomagnesemia"], rel=0.1)


def test_severe_magnesium_lack_pulls_calcium_and_potassium_down() -> None:
    person = Person(age=66, sex="female")
    before, after = probabilities(person), probabilities(person, labs={"serum_magnesium": 0.40})
    assert after["severe_hypomagnesemia"] > 0.9
    assert after["hypocalcemia"] > 0.4
    assert after["hypokalemia"] > 10 * before["hypokalemia"]


def test_mild_magnesium_lack_hardly_touches_calcium() -> None:
    person = Person(age=66, sex="female")
    assert probabilities(person, labs={"serum_magnesium": 0.64})["hypocalcemia"] < 0.06


def test_low_intake_is_not_deficiency() -> None:
    person = Person(age=40, sex="male")
    plain = probabilities(person)
    little = probabilities(person, factors=("low_calcium_intake", "low_magnesium_intake", "low_potassium_intake"))
    assert little["hypocalcemia"] == pytest.approx(plain["hypocalcemia"], rel=0.05)
    assert little["hypomagnesemia"] < 1.5 * plain["hypomagnesemia"]
    assert little["hypokalemia"] < 1.5 * plain["hypokalemia"]


def test_vitamin_d_follows_the_season_and_not_the_calcium() -> None:
    person = Person(age=40, sex="female")
    winter, summer = (probabilities(person, season=s)["vitamin_d_deficiency"] for s in ("winter", "summer"))
    assert winter > 1.8 * summer
    normal = probabilities(person, season="winter", labs={"serum_calcium": 2.35, "alkaline_phosphatase": 70})
    assert normal["vitamin_d_deficiency"] > 0.7 * winter


def test_low_vitamin_d_moves_calcium_weakly() -> None:
    person = Person(age=75, sex="female")
    low = probabilities(person, labs={"vitamin_d_25oh": 15})
    assert low["vitamin_d_deficiency"] > 0.9
    assert low["hypocalcemia"] < 0.03


def test_a_normal_blood_count_does_not_exclude_lack_of_b12() -> None:
    person = Person(age=61, sex="male")
    case = {"findings": ("numbness", "gait_ataxia"), "factors": ("vegan_diet",), "drugs": ("metformin",)}
    plain = probabilities(person, **case)["vitamin_b12_deficiency"]  # type: ignore[arg-type]
    normal = probabilities(person, **case, labs={"mcv": 91, "hemoglobin": 146})  # type: ignore[arg-type]
    assert normal["vitamin_b12_deficiency"] > 0.75 * plain


def test_b12_stays_high_in_a_vegan_on_metformin_with_a_middling_level() -> None:
    person = Person(age=61, sex="male")
    given = probabilities(
        person,
        findings=("numbness", "gait_ataxia"),
        factors=("vegan_diet", "type_2_diabetes"),
        drugs=("metformin",),
        labs={"vitamin_b12": 260, "mcv": 91, "hemoglobin": 142},
    )
    shown = {n: p for n, p in given.items() if knowledge().states[n].kind != "latent"}
    assert "vitamin_b12_deficiency" in sorted(shown, key=lambda n: -shown[n])[:2]
    settled = probabilities(person, factors=("vegan_diet",), labs={"methylmalonic_acid": 0.8})
    assert (
        settled["vitamin_b12_deficiency"] > 2 * probabilities(person, factors=("vegan_diet",))["vitamin_b12_deficiency"]
    )


def test_nitrous_oxide_points_to_functional_lack_even_with_a_normal_level() -> None:
    person = Person(age=24, sex="male")
    given = probabilities(
        person,
        findings=("paresthesia", "gait_ataxia"),
        factors=("nitrous_oxide_misuse",),
        labs={"vitamin_b12": 300, "homocysteine": 60},
    )
    assert given["functional_vitamin_b12_deficiency"] > 0.3
    assert given["functional_vitamin_b12_deficiency"] > given["vitamin_b12_deficiency"]


def test_thirst_tells_little_about_dehydration_in_old_age() -> None:
    person = Person(age=80, sex="female")
    before, after = (probabilities(person, findings=f)["dehydration"] for f in ((), ("excessive_thirst", "dry_mouth")))
    assert odds(after) < 1.7 * odds(before)


def test_tetany_after_thyroid_surgery_is_low_calcium() -> None:
    given = probabilities(
        Person(age=50, sex="female"), findings=("tetany", "perioral_paresthesia"), factors=("recent_thyroid_surgery",)
    )
    assert given["hypocalcemia"] > 0.6


def test_vitamin_b6_tablets_count_before_its_lack() -> None:
    person = Person(age=45, sex="female")
    told = probabilities(person, findings=("paresthesia", "burning_feet"), factors=("high_dose_vitamin_b6",))
    assert told["vitamin_b6_excess"] > 0.2
    assert probabilities(person, findings=("paresthesia", "burning_feet"))["vitamin_b6_excess"] < 0.02


def test_everyday_symptoms_alone_do_not_make_a_deficiency() -> None:
    person = Person(age=38, sex="male")
    plain = probabilities(person)
    vague = probabilities(person, findings=("fatigue", "muscle_cramps", "dizziness", "poor_concentration", "headache"))
    for name in ("hypomagnesemia", "hypocalcemia", "hypokalemia", "vitamin_d_deficiency", "vitamin_b12_deficiency"):
        assert vague[name] < 3 * plain[name], name


@pytest.mark.parametrize("name", SPINE)
def test_states_carry_words_course_and_a_reason_for_twitching(name: str) -> None:
    state = knowledge().states[name]
    if state.kind == "latent":
        return
    assert state.words
    assert state.tests
    assert state.course is not None
    links = {link.finding: knowledge().claims[link.claim] for link in state.findings}
    twitch = links["eyelid_twitching"]
    assert twitch.measure == "likelihood_ratio_positive"
    assert twitch.value == 1.0
    assert twitch.low == 0.7
    assert twitch.high == 1.5


@pytest.mark.parametrize("name", ["hypomagnesemia", "hypocalcemia", "hypokalemia", "hyponatremia", "dehydration"])
def test_the_two_controlled_studies_are_named(name: str) -> None:
    words = " ".join(remark.text for remark in knowledge().states[name].remarks)
    assert "Kim 2021" in words
    assert "Gunes 2024" in words


def test_missing_intervals_get_the_declared_width() -> None:
    """RISK-007 was printed without its upper end: its spread follows from the lower one."""
    scale = Builder(knowledge(), draws=40).scale
    draws = scale.log_ratio("RISK-007")
    assert draws[0] == pytest.approx(np.log(3.14))
    assert np.std(draws[1:]) == pytest.approx((np.log(3.14) - np.log(1.67)) / 1.96, rel=0.15)


def test_every_medicine_class_of_the_mission_switches_on_its_factor() -> None:
    switched = knowledge().factors_of_drug
    for drug, factor in (
        ("omeprazole", "proton_pump_inhibitors"),
        ("famotidine", "h2_antagonists"),
        ("hydrochlorothiazide", "thiazide_diuretics"),
        ("indapamide", "thiazide_diuretics"),
        ("furosemide", "loop_diuretics"),
        ("metformin", "biguanides"),
        ("cetuximab", "egfr_antibodies"),
        ("pyridoxine", "vitamin_b6_supplement"),
        ("denosumab", "denosumab"),
    ):
        assert factor in switched[drug], drug


def test_common_factors_follow_age() -> None:
    young, old = Person(age=25, sex="female"), Person(age=78, sex="female")
    for name in ("type_2_diabetes", "chronic_kidney_disease", "proton_pump_inhibitors", "thiazide_diuretics"):
        assert (
            logit(builder().factors.prevalence(name, old)[0]) > logit(builder().factors.prevalence(name, young)[0]) + 1
        )


def test_a_magnesium_of_0_80_is_not_called_low() -> None:
    """Two thirds of adults lie below 0.85 mmol/L; that figure must never bound a deficiency."""
    person = Person(age=50, sex="male")
    measured = probabilities(person, labs={"serum_magnesium": 0.80})["hypomagnesemia"]
    assert measured < 0.3 * probabilities(person)["hypomagnesemia"]


def test_vegan_and_vegetarian_differ_and_tablets_count() -> None:
    person = Person(age=35, sex="female")
    name = "vitamin_b12_deficiency"
    plain, vegetarian, vegan = (
        probabilities(person, factors=f)[name] for f in ((), ("vegetarian_diet",), ("vegan_diet",))
    )
    assert plain * 1.3 < vegetarian < vegan / 2
    assert probabilities(person, factors=("vegan_diet", "vitamin_b12_products"))[name] < vegan / 2


def test_stage_three_kidney_disease_does_not_lower_calcium() -> None:
    person = Person(age=70, sex="male")
    plain = probabilities(person)["hypocalcemia"]
    assert probabilities(person, factors=("chronic_kidney_disease",))["hypocalcemia"] == pytest.approx(plain, rel=0.1)
    assert probabilities(person, factors=("advanced_chronic_kidney_disease",))["hypocalcemia"] > 2 * plain


def test_confusion_unsteadiness_and_eye_signs_in_a_drinker_are_wernicke() -> None:
    given = probabilities(
        Person(age=52, sex="male"),
        findings=("confusion", "gait_ataxia", "nystagmus", "vomiting"),
        factors=("alcohol_use_disorder",),
    )
    assert given["wernicke_encephalopathy"] > 0.2


def test_magnesium_tablets_with_bad_kidneys_raise_the_risk_of_too_much() -> None:
    person = Person(age=75, sex="female")
    factors = ("advanced_chronic_kidney_disease", "magnesium_supplements")
    assert (
        probabilities(person, factors=factors)["hypermagnesemia"] > 0.1 > 5 * probabilities(person)["hypermagnesemia"]
    )

"""Survey columns → what each person tells: who they are, and the share of every factor that is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from repletion.case import Case, Person
from repletion.evaluation.survey.plan import ColumnFactor, NutrientColumns, Plan
from repletion.evaluation.survey.table import Array, Medicine, Survey, Yes
from repletion.evidence.observe import person_factors
from repletion.intake import tables, usual
from repletion.intake.reference import reference_for
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Season

_SHARE_STEPS = 100  # soft shares are rounded to whole percents, so that like people share one network


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one person tells before any laboratory value.  ``known``: share (0-1) of each factor that is known."""

    person: Person
    season: Season | None
    known: dict[str, float]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def persons(survey: Survey, plan: Plan) -> tuple[Person, ...]:
    """Age, sex, body, pregnancy and smoking of everybody; what is missing is ``None``."""
    names = plan.person
    age, sex = survey.column(names.age), survey.column(names.sex)
    height, weight = survey.column(names.height), survey.column(names.weight)
    pregnant = survey.column(names.pregnant)
    smokes = survey.among(plan.smoker.now, plan.smoker.yes)
    not_now = survey.among(plan.smoker.now, plan.smoker.no) | survey.among(plan.smoker.ever, (0,))
    sexes: dict[float, Literal["female", "male"]] = {names.male: "male", names.female: "female"}
    return tuple(
        Person(
            age=_number(age[i]),
            sex=sexes.get(float(sex[i])),
            pregnant=None if math.isnan(pregnant[i]) else pregnant[i] == 1,
            smoker=True if smokes[i] else False if not_now[i] else None,
            height_cm=_number(height[i]),
            weight_kg=_number(weight[i]),
            country=plan.country,
        )
        for i in range(len(survey))
    )


def _state_of(survey: Survey, rule: ColumnFactor) -> tuple[Yes, Yes]:
    """(N,) whether a column says yes, and whether it says no."""
    if rule.above is None:
        return survey.among(rule.column, rule.yes), survey.among(rule.column, rule.no)
    values = survey.column(rule.column)
    return values > rule.above, values <= rule.above


def _supplements(survey: Survey, plan: Plan, put: Callable[[str, Yes, Yes], None]) -> None:
    """Products of their own and multivitamins; who takes none, or none with the nutrient, does not take them."""
    rules = plan.supplements
    answered = survey.among(rules.asked, rules.some) | survey.among(rules.asked, rules.none)
    for product in rules.products:
        amount = np.nan_to_num(survey.column(product.column))
        taken = answered & (amount > (product.above or 0.0))
        put(product.factor, taken, answered & ~taken)
    held = np.sum([np.nan_to_num(survey.column(name)) > 0 for name in rules.multivitamin.of], axis=0)
    multi = answered & (held >= rules.multivitamin.least)
    put(rules.multivitamin.factor, multi, answered & ~multi)


class Pharmacy:
    """Medicines by generic name, through the vocabulary that reads a case.  ``unread``: names it does not know,
    with how often; ``named``: how many were looked up."""

    def __init__(self, plan: Plan, knowledge: Knowledge) -> None:
        self.plan = plan.prescriptions
        self.knowledge = knowledge
        self._factors: dict[str, tuple[str, ...]] = {}
        self.unread: dict[str, int] = {}
        self.named = 0
        sold = set(self.plan.also_sold)
        self.denied = tuple(
            factor.id
            for factor in knowledge.factors.values()
            if factor.kind == "medicine" and (factor.drug_classes or factor.drugs) and factor.id not in sold
        )
        """Factors that a list of prescriptions without them denies."""

    def _part(self, name: str) -> tuple[str, ...]:
        words = name.split()
        if any(word in self.plan.local for word in words):
            return ()
        self.named += 1
        if name not in self._factors:
            case = Case.from_mapping({"drugs": [name]})
            drugs = [u.id for u in case.understood if u.kind == "drug" and u.present]
            if not drugs:
                self.unread[name] = 0
            self._factors[name] = tuple(
                dict.fromkeys(f for drug in drugs for f in self.knowledge.factors_of_drug.get(drug, ()))
            )
        if name in self.unread:
            self.unread[name] += 1
        return self._factors[name]

    def factors(self, medicines: Iterable[Medicine]) -> dict[str, float]:
        """Factors that a complete list of prescriptions settles: 1 for those taken, 0 for those not on the list."""
        known = dict.fromkeys(self.denied, 0.0)
        for medicine in medicines:
            for part in medicine.name.lower().split(self.plan.separator):
                for factor in self._part(part.strip()):
                    known[factor] = 1.0
                    for rule in self.plan.long:
                        if rule.of == factor and medicine.days >= rule.days:
                            known[rule.factor] = 1.0
        return known


def low_intake(survey: Survey, plan: Plan, people: tuple[Person, ...], columns: NutrientColumns) -> Array:
    """(N,) probability that usual intake lies below the average requirement, as the diary of a case gives it.

    ``nan`` where it cannot be said: no complete recall day, no requirement, no published day-to-day variation.
    """
    days = np.stack([survey.column(name) for name in columns.days], axis=1)
    complete = np.stack([survey.among(name, plan.recall.complete) for name in plan.recall.status], axis=1)
    days = np.where(complete & (days >= 0), days, np.nan)
    supplement = np.nan_to_num(survey.column(columns.supplement)) if columns.supplement else np.zeros(len(survey))
    found = np.full(len(survey), np.nan)
    alike: dict[tuple[object, ...], list[int]] = {}
    for i, person in enumerate(people):
        if person.age is not None and person.sex is not None and np.isfinite(days[i]).any():
            alike.setdefault((person.sex, int(person.age), person.pregnant), []).append(i)
    for rows in alike.values():
        person = people[rows[0]]
        reference = reference_for(columns.nutrient, person)
        variation = usual.day_to_day_for(columns.nutrient, person)
        model = usual.population(variation.group, columns.nutrient) if variation else None
        relation = tables.unit_relations().get((columns.nutrient, reference.unit))
        if reference.ear is None or model is None or relation is None or relation.relation != "exact":
            continue
        goal = reference.ear / relation.factor
        found[rows] = usual.share_below(days[rows], model, goal, supplement=supplement[rows])
    return found


_SLUGS = {"thiamin": "thiamine"}  # the reference intakes spell it without the last letter, the factors with it


def told(survey: Survey, plan: Plan, knowledge: Knowledge, *, pharmacy: Pharmacy) -> tuple[Told, ...]:
    """What everybody tells.  Factors that the knowledge does not have are left out."""
    people = persons(survey, plan)
    known: list[dict[str, float]] = [{} for _ in people]

    def put(factor: str, yes: Yes, no: Yes) -> None:
        if factor in knowledge.factors:
            for i in np.flatnonzero(yes | no):
                known[i].setdefault(factor, float(yes[i]))

    rules = plan.prescriptions
    if survey.medicines is not None:
        for i in np.flatnonzero(survey.among(rules.asked, rules.answered)):
            known[i].update(pharmacy.factors(survey.medicines.get(int(survey.ids[i]), ())))
    for rule in plan.factors:
        put(rule.factor, *_state_of(survey, rule))
    _supplements(survey, plan, put)
    groups = survey.column(plan.ethnicity.column)
    for value, facts in plan.ethnicity.values.items():
        for factor, holds in facts.items():
            mine = groups == value
            put(factor, mine & holds, mine & (not holds))
    for columns in plan.recall.nutrients:
        factor = f"low_{_SLUGS.get(columns.nutrient, columns.nutrient)}_intake"
        if factor in knowledge.factors:
            shares = np.round(low_intake(survey, plan, people, columns) * _SHARE_STEPS) / _SHARE_STEPS
            for i in np.flatnonzero(np.isfinite(shares)):
                known[i].setdefault(factor, float(shares[i]))
    season = survey.column(plan.season.column)
    for number, person in enumerate(people):
        for name, (holds, _) in person_factors(person, knowledge).items():
            known[number].setdefault(name, float(holds))
    return tuple(
        Told(
            person=person,
            season=plan.season.values.get(int(season[i])) if math.isfinite(season[i]) else None,
            known=known[i],
        )
        for i, person in enumerate(people)
    )

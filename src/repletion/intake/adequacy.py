"""One person, few days: how the diet stands against reference intakes, in careful words.

Two statistics side by side: the one of IOM 2000 (no prior, normal days) and the posterior of usual intake (the
population's variances as prior, skew allowed).  Low intake is not deficiency; below an AI nothing can be said; an
incomplete sum is a lower bound that can show enough or too much, never too little.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from repletion.case.model import Person
from repletion.errors import Issue
from repletion.intake import limits, tables, usual
from repletion.intake.limits import Ledger
from repletion.intake.normal import ndtr
from repletion.intake.reference import Basis, Reference, reference_for
from repletion.intake.requirement import requirement_for
from repletion.intake.tables import Authority, DayToDay, rule

Word = Literal[
    "likely adequate",
    "uncertain",
    "likely low",
    "above AI",
    "cannot be determined",
    "unknown (composition missing)",
]
Array = NDArray[np.float64]
Day = Mapping[str, float | None]


class Adequacy(msgspec.Struct, frozen=True, kw_only=True):
    """One nutrient against its reference intake.

    ``amount``: mean per day, food and supplements, in ``unit``; ``coverage``: share of the diary whose food has a value
    (0-1).  ``iom_probability`` and ``probability`` (posterior): that usual intake meets the requirement, or, where
    there is only an AI, that it reaches the AI.  ``low``/``high``: interval of usual intake.  ``ul_probability``: that
    usual intake is above the upper limit.  ``lower_bound``: the amount leaves something out.  ``days``: days counted.
    """

    nutrient: str
    amount: float | None
    unit: str
    coverage: float
    reference: Reference
    adequacy: Word
    iom_probability: float | None = None
    probability: float | None = None
    low: float | None = None
    high: float | None = None
    ul: str = "none"
    ul_probability: float | None = None
    lower_bound: bool = False
    days: int = 0
    notes: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    basis: Basis = "read"


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """P(usual intake < average requirement) with its range: a soft risk factor, never a deficiency."""

    nutrient: str
    probability: float
    low: float
    high: float
    basis: Basis = "assumed"


def iom_adequate(
    mean: ArrayLike, *, ear: ArrayLike, sd_requirement: ArrayLike, sd_within: ArrayLike, days: ArrayLike
) -> Array:
    """P(usual intake is adequate) from a mean of ``days`` days: ``Phi(D / SD_D)`` (IOM 2000).  All broadcast."""
    spread = np.sqrt(np.square(sd_requirement) + np.square(sd_within) / np.asarray(days, dtype=float))
    return np.asarray(ndtr((np.asarray(mean, dtype=float) - ear) / spread))


def iom_above(mean: ArrayLike, level: ArrayLike, *, sd_within: ArrayLike, days: ArrayLike) -> Array:
    """P(usual intake > ``level``), a fixed AI or UL: ``Phi((mean - level) / (SD_w / sqrt(n)))`` (IOM 2000)."""
    error = np.asarray(sd_within, dtype=float) / np.sqrt(np.asarray(days, dtype=float))
    return np.asarray(ndtr((np.asarray(mean, dtype=float) - level) / error))


def _likely() -> tuple[float, float]:
    high = float(ndtr(rule("certain_ratio")))
    return 1 - high, high


def _variation(nutrient: str, person: Person, reference: Reference) -> DayToDay | None:
    stage = reference.life_stage
    sex = person.sex or ("male" if stage.startswith("male") else "female" if stage else None)
    return usual.day_to_day_for(nutrient, msgspec.structs.replace(person, sex=sex))


def _one(
    nutrient: str, values: list[float], coverage: float, person: Person, reference: Reference, ledger: Ledger, day: Day
) -> Adequacy:
    """Compare with one reference whose values do not range."""
    relation = tables.unit_relations().get((nutrient, reference.unit))
    factor = relation.factor if relation else 1.0
    taken = (ledger.supplement or 0.0) * factor
    food = np.array(values) * factor
    amount = float(food.mean()) + taken
    notes: list[str] = []
    lower = coverage < rule("complete_coverage")
    if lower:
        notes.append(f"Values are known for {coverage:.0%} of the diary: a lower bound, which cannot show a shortfall.")
    if relation and relation.relation == "lower_bound":
        lower = True
        notes.append(relation.note)
    row = _variation(nutrient, person, reference)
    seen = None
    sd = None
    if row is None:
        notes.append("No published day-to-day variation for this nutrient and age: compared without a probability.")
    else:
        sd = row.sd_within * factor
        model = usual.population(row.group, nutrient)
        if model is not None:
            seen = usual.posterior(food / factor, model, supplement=taken / factor)
        if person.pregnant or person.lactating:
            notes.append("Day-to-day variation is that of women who are not pregnant.")
        if row.cv_within_percent > rule("day_to_day_cv_limit"):
            sd = None
            notes.append("Days differ too much for the statistic that supposes normal days; it is left out.")
    if seen is not None and seen.floored:
        notes.append("A day at or near zero was lifted to the lowest value that the method can use.")
    low, high = (v * factor for v in seen.interval()) if seen else (None, None)
    n = len(values)
    requirement = requirement_for(reference)
    iom = posterior = None
    if requirement is not None:
        if requirement.note:
            notes.append(requirement.note)
        if seen is not None:
            scaled = msgspec.structs.replace(seen, amounts=tuple(a * factor for a in seen.amounts))
            posterior = scaled.probability_adequate(requirement)
        if sd is not None and requirement.kind == "normal":
            iom = float(
                iom_adequate(amount, ear=requirement.median, sd_requirement=requirement.sd, sd_within=sd, days=n)
            )
    elif reference.ai is not None:
        if seen is not None:
            posterior = 1 - seen.probability_below(reference.ai / factor)
        if sd is not None:
            iom = float(iom_above(amount, reference.ai, sd_within=sd, days=n))
    word = _word(reference, requirement is not None, posterior if posterior is not None else iom, lower, amount, notes)
    # Neither an incomplete sum nor an amount below an AI may leave a number that reads as inadequacy.
    if word == "cannot be determined" and requirement is None:
        iom = posterior = None
    if lower and word not in ("likely adequate", "above AI"):
        iom = posterior = low = high = None
    if reference.suppressed:
        notes.append(reference.suppressed)
    if reference.cdrr is not None and amount > reference.cdrr:
        notes.append(
            f"Above {reference.cdrr:g} {reference.unit}, above which cutting down lowers the risk of chronic disease."
        )
    status = limits.compare(nutrient, values, coverage, reference, ledger, day, seen, row)
    return Adequacy(
        nutrient=nutrient,
        amount=amount,
        unit=reference.unit,
        coverage=coverage,
        reference=reference,
        adequacy=word,
        iom_probability=iom,
        probability=posterior,
        low=low,
        high=high,
        ul=status.words,
        ul_probability=status.probability,
        lower_bound=lower,
        days=n,
        notes=tuple(dict.fromkeys([*notes, *status.notes])),
        issues=reference.issues,
        basis="assumed" if reference.basis == "assumed" or (requirement and requirement.basis == "assumed") else "read",
    )


def _word(
    reference: Reference, has_requirement: bool, probability: float | None, lower: bool, amount: float, notes: list[str]
) -> Word:
    unlikely, likely = _likely()
    if has_requirement:
        if probability is None:
            place = "below" if reference.ear is not None and amount < reference.ear else "at or above"
            notes.append(f"The mean of these days is {place} the average requirement; that alone decides nothing.")
            return "cannot be determined" if lower else "uncertain"
        short = reference.ear is not None and amount < reference.ear
        if probability >= likely and not short:
            return "likely adequate"
        if lower:
            return "cannot be determined"
        if probability >= likely:  # few days move the people's usual intake little; a vegan's is not theirs
            notes.append(
                "The days given are below the average requirement. Most people eat more of it on other days; "
                "whether this person does, these days do not show."
            )
        return "likely low" if probability <= unlikely else "uncertain"
    if reference.ai is not None:
        if probability is not None and probability >= likely:
            return "above AI"
        notes.append(
            "Only an adequate intake (AI) exists; below or near it, whether intake is enough cannot be determined."
        )
        return "cannot be determined"
    if not reference.suppressed:
        notes.append("There is no requirement to compare with.")
    return "cannot be determined"


def _join(found: list[Adequacy], reference: Reference) -> Adequacy:
    """One answer for a reference that ranges: what all alternatives agree on."""
    words = {one.adequacy for one in found}
    word: Word = found[0].adequacy
    if len(words) > 1:
        word = "cannot be determined" if "cannot be determined" in words else "uncertain"
    agree = len({one.probability for one in found}) == 1
    lows = [one.low for one in found if one.low is not None]
    highs = [one.high for one in found if one.high is not None]
    return msgspec.structs.replace(
        found[0],
        reference=reference,
        adequacy=word,
        iom_probability=found[0].iom_probability if agree else None,
        probability=found[0].probability if agree else None,
        low=min(lows) if len(lows) == len(found) else None,
        high=max(highs) if len(highs) == len(found) else None,
        ul=found[0].ul if len({one.ul for one in found}) == 1 else limits.UNDECIDED,
        ul_probability=None,
        notes=tuple(dict.fromkeys(note for one in found for note in one.notes)),
        issues=reference.issues,
        basis="assumed" if any(one.basis == "assumed" for one in found) else "read",
    )


def _valid(days: Sequence[Day], nutrient: str) -> tuple[list[float], tuple[Issue, ...]]:
    values: list[float] = []
    issues: list[Issue] = []
    for number, day in enumerate(days, start=1):
        value = day.get(nutrient)
        if value is None:
            continue
        if not np.isfinite(value) or value < 0:
            issues.append(
                Issue(
                    level="error",
                    where=f"day {number}",
                    message=f"{nutrient} {value!r} is not a possible amount; it was left out.",
                    remedy="Give an amount of zero or more per day.",
                )
            )
            continue
        values.append(float(value))
    return values, tuple(issues)


def assess_intake(
    days: Sequence[Day],
    *,
    coverage: Mapping[str, float],
    person: Person,
    authority: Authority = "NASEM",
    ledgers: Mapping[str, Ledger] | None = None,
    nutrients: Sequence[str] | None = None,
    cautions: Collection[str] = (),
    phytate_mg: int | None = None,
    vegetarian: bool | None = None,
) -> tuple[Adequacy, ...]:
    """Every nutrient of the diary against the reference intakes of ``person``.

    ``days``: one mapping a day of nutrient to the amount from **food** (natural and fortified), in the food table's
    unit; ``None`` or absent is not known.  ``ledgers``: mean per day by origin; the supplement ledger is added after
    the food of few days was weighed against the population, since supplements are steady.  ``coverage``: share of the
    diary (0-1) whose food has a value; a nutrient that is absent counts as not covered.  Other arguments as in
    :func:`repletion.intake.reference.reference_for`.

    Nutrients without any reference intake are left out.  Impossible amounts become issues; nothing is raised for them.
    """
    there = tables.rows_by_nutrient(authority)
    asked = (
        list(nutrients)
        if nutrients is not None
        else [n for n in dict.fromkeys(k for d in days for k in d) if n in there]
    )
    energy, _ = _valid(days, "energy")
    energy_mj = float(np.mean(energy)) * rule("joule_per_calorie") if energy else None
    found: list[Adequacy] = []
    for nutrient in asked:
        reference = reference_for(
            nutrient,
            person,
            authority,
            cautions=cautions,
            phytate_mg=phytate_mg,
            vegetarian=vegetarian,
            energy_mj=energy_mj,
        )
        values, issues = _valid(days, nutrient)
        share = min(max(float(coverage.get(nutrient, 0.0)), 0.0), 1.0)
        if len(values) < len(days) and days:
            share = min(share, len(values) / len(days))
        ledger = (ledgers or {}).get(nutrient, Ledger())
        if not values and ledger.supplement:
            values, share = [0.0], 0.0  # what is taken is known, what is eaten is not: a lower bound
        elif not values or share == 0:
            found.append(
                Adequacy(
                    nutrient=nutrient,
                    amount=None,
                    unit=reference.unit,
                    coverage=0.0,
                    reference=reference,
                    adequacy="unknown (composition missing)",
                    ul=limits.UNDECIDED if reference.ul_status == "set" else limits.without_limit(reference),
                    notes=("No food of this diary has a value for it: nothing is known, which is not zero.",),
                    issues=(*reference.issues, *issues),
                    basis=reference.basis,
                )
            )
            continue
        parts = {key: float(np.mean(known)) for key in limits.PART_IN_DIARY.values() if (known := _valid(days, key)[0])}
        leaves = reference.alternatives or (reference,)
        answers = [_one(nutrient, values, share, person, leaf, ledger, parts) for leaf in leaves]
        one = answers[0] if len(answers) == 1 else _join(answers, reference)
        found.append(msgspec.structs.replace(one, issues=(*one.issues, *issues)))
    return tuple(found)


def low_intake_probability(
    nutrient: str,
    days: Sequence[Day],
    *,
    coverage: float,
    person: Person,
    authority: Authority = "NASEM",
    ledger: Ledger | None = None,
) -> Risk | None:
    """P(usual intake < EAR) as a soft risk, ranged over the declared errors of diary and day-to-day SD.

    ``None`` when it cannot be said: no EAR, no published variation, an incomplete sum, age or sex not stated.
    """
    reference = reference_for(nutrient, person, authority)
    row = _variation(nutrient, person, reference)
    model = usual.population(row.group, nutrient) if row else None
    values, _ = _valid(days, nutrient)
    relation = tables.unit_relations().get((nutrient, reference.unit))
    complete = coverage >= rule("complete_coverage") and len(values) == len(days)
    if reference.ear is None or model is None or not values or not complete or relation is None:
        return None
    if relation.relation != "exact":
        return None
    goal = reference.ear / relation.factor
    supplement = (ledger.supplement if ledger else None) or 0.0
    error, spread = rule("diary_error"), rule("day_to_day_error")

    tried = usual.probabilities_below(
        values,
        model,
        goal,
        supplement=supplement,
        within_factors=(1 - spread, 1.0, 1 + spread),
        scales=(1 - error, 1.0, 1 + error),
    )
    found = tried.values()
    return Risk(nutrient=nutrient, probability=tried[1.0, 1.0], low=min(found), high=max(found))

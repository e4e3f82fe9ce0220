"""The diary of a case against reference intakes, and the foods that hold more of what runs short."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

import msgspec

from repletion.assessment.model import Explanation, FoodSource, IntakeRow
from repletion.case.model import Case
from repletion.errors import Issue
from repletion.evidence import Evidence
from repletion.foods import open_table
from repletion.intake import tables
from repletion.intake.adequacy import Adequacy, assess_intake, low_intake_probability
from repletion.intake.diary import Diary, read_diary
from repletion.intake.limits import PART_IN_DIARY, Ledger
from repletion.intake.tables import Authority
from repletion.intake.totals import day_matrix, totals
from repletion.knowledge import Knowledge
from repletion.plan.facts import factors_present, way_of_eating
from repletion.plan.limits import EVERYTHING, must_avoid, withheld
from repletion.plan.safety import effects_for
from repletion.plan.sources import rich_sources


class Diet(msgspec.Struct, frozen=True, kw_only=True):
    """What the diary gave.

    ``low_intake``: for each low-intake factor, probability (0-1) that usual intake lies below the requirement.
    ``short``: nutrients whose usual intake is likely low.  ``sources``: sources of the reference intakes used.
    """

    rows: tuple[IntakeRow, ...] = ()
    days: int = 0
    low_intake: dict[str, float] = msgspec.field(default_factory=dict)
    short: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    sources: frozenset[str] = frozenset()


def _reference(adequacy: Adequacy) -> tuple[float | None, str | None]:
    """The daily amount to compare with, and what it is: RDA or PRI where there is one, else AI."""
    reference = adequacy.reference
    if reference.rda is not None:
        return reference.rda, "PRI" if reference.authority == "EFSA" else "RDA"
    if reference.ai is not None:
        return reference.ai, "AI"
    return None, None


def _row(adequacy: Adequacy, label: str) -> IntakeRow:
    amount, kind = _reference(adequacy)
    notes = list(adequacy.notes)
    if adequacy.reference.suppressed:
        notes.insert(0, adequacy.reference.suppressed)
        amount, kind = None, None
    return IntakeRow(
        nutrient=adequacy.nutrient,
        label=label,
        amount=adequacy.amount,
        unit=adequacy.unit,
        coverage=adequacy.coverage,
        reference=amount,
        reference_kind=kind,
        adequacy=adequacy.adequacy,
        probability=adequacy.probability,
        statistic=adequacy.iom_probability,
        low=adequacy.low,
        high=adequacy.high,
        upper_limit=None if adequacy.ul == "none" else adequacy.ul,
        lower_bound_only=adequacy.lower_bound,
        notes=tuple(notes),
        assumed=adequacy.basis != "read",
    )


class Eaten(msgspec.Struct, frozen=True, kw_only=True):
    """A diary as the adequacy of intake wants it: food by day, supplements apart, coverage (0-1) by nutrient."""

    days: tuple[dict[str, float], ...]
    coverage: dict[str, float]
    ledgers: dict[str, Ledger]


def eaten_in(diary: Diary) -> Eaten:
    """Amounts of a diary by day and by origin; what is not known is left out, never zero."""
    if not any(line.food is not None or line.doses or line.brought for line in diary.lines):
        return Eaten(days=(), coverage={}, ledgers={})
    matrix = day_matrix(diary, ledger="food")
    found = totals(diary)
    taken = {total.nutrient: total.ledgers.get("supplement") for total in found}
    return Eaten(
        days=tuple(
            {name: float(v) for name, v in zip(matrix.nutrients, row, strict=True) if math.isfinite(v)}
            for row in matrix.amounts
        ),
        coverage={total.nutrient: total.coverage for total in found},
        ledgers={
            name: Ledger(supplement=amount, supplement_part=taken.get(PART_IN_DIARY.get(name, "")))
            for name, amount in taken.items()
        },
    )


def read_diet(case: Case, knowledge: Knowledge, *, authority: Authority) -> Diet:
    """The diary against the reference intakes of ``authority``; empty when there is no diary."""
    if not case.diary.strip():
        return Diet()
    diary = read_diary(case.diary)
    eaten = eaten_in(diary)
    if not eaten.coverage:
        return Diet(issues=diary.issues)
    factors = factors_present(case, knowledge)
    adequacies = assess_intake(
        eaten.days,
        coverage=eaten.coverage,
        person=case.person,
        authority=authority,
        ledgers=eaten.ledgers,
        nutrients=[name for name in eaten.coverage if name in tables.rows_by_nutrient(authority)],
        cautions=sorted(factors & {caution.caution for caution in tables.cautions()}),
        vegetarian=True if way_of_eating(case) else None,
    )
    labels = {nutrient.slug: nutrient.label for nutrient in open_table().nutrients}
    low: dict[str, float] = {}
    for adequacy in adequacies:
        name = f"low_{adequacy.nutrient}_intake"
        if name in knowledge.factors:
            risk = low_intake_probability(
                adequacy.nutrient,
                eaten.days,
                coverage=adequacy.coverage,
                person=case.person,
                authority=authority,
                ledger=eaten.ledgers.get(adequacy.nutrient),
            )
            if risk is not None:
                low[name] = risk.probability
    return Diet(
        rows=tuple(_row(a, labels.get(a.nutrient, a.nutrient)) for a in adequacies),
        days=len(eaten.days),
        low_intake=low,
        short=tuple(a.nutrient for a in adequacies if a.adequacy == "likely low" and not a.reference.suppressed),
        issues=(*diary.issues, *(issue for a in adequacies for issue in a.issues)),
        sources=frozenset(a.reference.source for a in adequacies if a.reference.source),
    )


def _typed(case: Case) -> list[str]:
    """Every word of the case that could name a food that cannot be eaten."""
    return [*case.said, *(u.text for u in case.understood), *(issue.message for issue in case.issues)]


def lacks_raised(found: Iterable[Explanation], knowledge: Knowledge) -> list[Explanation]:
    """Deficiencies that the case raised so far that foods are named for them."""
    least, ratio = knowledge.rule("food_least_probability"), knowledge.rule("food_least_rise")
    return [
        e
        for e in found
        if e.kind == "deficiency" and e.id in knowledge.states and e.probability >= max(least, ratio * e.prior)
    ]


def wanted_nutrients(found: Iterable[Explanation], diet: Diet, knowledge: Knowledge, most: int) -> list[str]:
    """Nutrients worth eating more of: of deficiencies that the case raised, then what the diary says runs short."""
    raised = [knowledge.states[e.id].nutrient for e in lacks_raised(found, knowledge)]
    return list(dict.fromkeys(n for n in [*raised, *diet.short] if n is not None))[:most]


def sources_for(
    found: Sequence[Explanation], diet: Diet, case: Case, knowledge: Knowledge, evidence: Evidence
) -> tuple[dict[str, tuple[FoodSource, ...]], tuple[str, ...]]:
    """Foods rich in what runs short, and the reasons why some are not named."""
    factors = factors_present(case, knowledge) | {o.id for o in evidence.observations if o.share == 1}
    barred = withheld(factors)
    reasons = [text for name, texts in barred.items() for text in texts if name == EVERYTHING]
    if EVERYTHING in barred:
        return {}, tuple(dict.fromkeys(reasons))
    wanted = wanted_nutrients(found, diet, knowledge, int(knowledge.rule("food_most_nutrients")))
    reasons += [
        text for nutrient in wanted for text in barred.get(nutrient, ()) if nutrient not in withheld(["everyone"])
    ]
    slugs = {nutrient.slug for nutrient in open_table().nutrients}
    offered = [nutrient for nutrient in wanted if nutrient not in barred and nutrient in slugs]
    named = _foods_rich_in(offered, case, knowledge, factors) if offered else {}
    # a mineral that must not be pushed is named even when nothing asked for it
    return named, tuple(dict.fromkeys([*reasons, *barred.get("potassium", ())]))


def _foods_rich_in(
    nutrients: Iterable[str], case: Case, knowledge: Knowledge, factors: Collection[str]
) -> dict[str, tuple[FoodSource, ...]]:
    """By nutrient the foods that hold most of it, of those that this person may eat."""
    avoid, effects = must_avoid(_typed(case), factors), effects_for(case, knowledge)
    way, held = way_of_eating(case), effects.held()
    return {
        nutrient: tuple(
            FoodSource(
                food=s.serving.food,
                description=s.serving.label + (f" ({s.serving.note})" if s.serving.note else ""),
                portion=s.serving.portion,
                grams=s.serving.grams,
                amount=s.amount,
                unit=s.unit,
            )
            for s in rich_sources(nutrient, way=way, avoid=avoid, held=held, words=effects.avoid_words)
        )
        for nutrient in nutrients
    }

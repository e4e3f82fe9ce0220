"""Knowledge → what to do about a state: tests, foods, upper limits, when to seek help."""

from __future__ import annotations

from repletion.assessment.explanations import remark
from repletion.assessment.model import FoodSource
from repletion.foods import open_table
from repletion.handbook.facts import figure, risks, signs, who
from repletion.handbook.model import Bound, Foods, Help, Range, TestPage, UpperLimit
from repletion.intake import tables
from repletion.intake.tables import Authority
from repletion.knowledge import Knowledge
from repletion.knowledge.models import URGENCIES, Condition, RedFlag, Span, State, Test
from repletion.plan import RichSource, rich_sources, withheld
from repletion.plan.limits import factors_withheld
from repletion.report.wording import display, say

AUTHORITIES: tuple[Authority, ...] = ("NASEM", "EFSA")
_ADULT = 19.0  # first year of the adult life stages of both authorities' tables


def _range(span: Span) -> Range:
    return Range(
        who=who(span.when) or say("handbook.who.adults"),
        low=span.low,
        high=span.high,
        source=span.source,
        locator=span.locator,
        assumed=span.basis == "assumed",
    )


def test_page(knowledge: Knowledge, test: Test) -> TestPage:
    """One test with its limits and pitfalls."""
    return TestPage(
        id=test.id,
        label=test.label,
        lay=test.lay,
        unit=test.unit,
        units=tuple((unit.unit, unit.factor) for unit in test.units if unit.unit != test.unit),
        settles=tuple(name for name in test.settles if name in knowledge.states),
        limits=tuple(
            Bound(finding=limit.finding, side=limit.side, figure=figure(knowledge, limit.claim))
            for limit in test.limits
        ),
        reference=tuple(_range(span) for span in test.reference),
        critical=(_range(test.critical),) if test.critical else (),
        caveats=tuple(remark(text) for text in test.caveats),
        loinc=tuple(loinc.code for loinc in test.loinc),
    )


def _served(source: RichSource) -> FoodSource:
    serving = source.serving
    return FoodSource(
        food=serving.food,
        description=serving.label + (f" ({serving.note})" if serving.note else ""),
        portion=serving.portion,
        grams=serving.grams,
        amount=source.amount,
        unit=source.unit,
    )


def foods(state: State) -> Foods | None:
    """Servings rich in what runs short; ``None`` where food is no remedy that a page may offer."""
    nutrient = state.nutrient
    if nutrient is None or state.kind != "deficiency" or nutrient in withheld(["everyone"]):
        return None
    if nutrient not in {known.slug for known in open_table().nutrients}:
        return None
    most = display().most_foods_on_page
    lists = [
        tuple(_served(source) for source in rich_sources(nutrient, way=way, limit=most))
        for way in (None, "vegetarian", "vegan")
    ]
    barred = [text for factor in factors_withheld() for text in withheld([factor]).get(nutrient, ())]
    return Foods(
        nutrient=nutrient,
        any=lists[0],
        vegetarian=lists[1],
        vegan=lists[2],
        withheld=tuple(dict.fromkeys(barred)),
    )


def upper_limits(nutrient: str | None) -> tuple[UpperLimit, ...]:
    """The upper limits of both authorities for adults who are neither pregnant nor breast-feeding."""
    found: dict[tuple[str, float, str], UpperLimit] = {}
    for authority in AUTHORITIES:
        for row in tables.rows_by_nutrient(authority).get(nutrient or "", ()):
            if row.measure != "UL" or row.value is None or row.state != "none" or row.age_high <= _ADULT:
                continue
            key = (authority, row.value, row.applies_to)
            if key not in found:
                found[key] = UpperLimit(
                    authority=authority,
                    who=say("handbook.who.adults"),
                    value=row.value,
                    unit=row.unit,
                    counts=tables.scopes()[row.applies_to].words,
                    source=tables.cite(row.source),
                )
    return tuple(found.values())


class _Reach:
    """What somebody with a state, or its severe form, could report: findings and what they imply, factors, tests."""

    def __init__(self, knowledge: Knowledge, state: State) -> None:
        self.adult = knowledge.rule("adult_age")
        self.is_of_children = any(r.when.age is not None and r.when.age[1] <= self.adult for r in state.prior)
        self.states = {state.id}
        least = display().least_ratio_for_help
        self.states |= {other.id for other in knowledge.states.values() if other.requires == state.id}
        levels = [knowledge.states[name] for name in sorted(self.states)]
        found = [sign for level in levels for sign in signs(knowledge, level)]
        self.findings = {sign.finding for sign in found if sign.ratio >= least}
        queue = list(self.findings)
        while queue:
            for wider in knowledge.findings[queue.pop()].is_a:
                if wider not in self.findings:
                    self.findings.add(wider)
                    queue.append(wider)
        self.factors = {risk.factor for risk in risks(knowledge, state) if risk.odds > 1}
        self.limits = {
            (test.id, limit.side)
            for test in (knowledge.tests[name] for level in levels for name in level.tests)
            for limit in test.limits
            if limit.finding in {sign.finding for sign in found if sign.ratio >= least}
        }

    def meets(self, clause: Condition) -> bool:
        """Whether somebody with it could meet a clause; words, pregnancy and childhood belong to other pages."""
        if clause.finding is not None:
            return clause.finding in self.findings
        if clause.factor is not None:
            return clause.factor in self.factors
        if clause.state is not None:
            return clause.state in self.states
        if clause.test is not None:
            side = "below" if clause.below else "above"
            return (clause.test, side) in self.limits
        if clause.words or clause.pregnant:  # words that no state knows, or other people
            return False
        if clause.age_under is not None and clause.age_under <= self.adult and not self.is_of_children:
            return False
        if clause.any_of:
            return any(self.meets(nested) for nested in clause.any_of)
        return all(self.meets(nested) for nested in clause.all_of)


def help_for(knowledge: Knowledge, state: State) -> tuple[Help, ...]:
    """Red flags that somebody with the state could meet, the most urgent first."""
    reach = _Reach(knowledge, state)
    found: list[RedFlag] = [flag for flag in knowledge.red_flags.values() if reach.meets(flag.when)]
    found.sort(key=lambda flag: (URGENCIES.index(flag.urgency), flag.id))
    return tuple(
        Help(
            id=flag.id,
            urgency=flag.urgency,
            label=flag.label,
            message=flag.message,
            clinician=flag.clinician,
            source=flag.source,
            locator=flag.locator,
            assumed=flag.basis == "assumed",
        )
        for flag in found
    )

"""Which safety rules hold for a case, and what they do to a plan.  Rules are data; this only reads and joins them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from repletion.case.model import Case, Lab
from repletion.intake import tables
from repletion.knowledge import Knowledge
from repletion.plan.data import SafetyRule, never, safety
from repletion.plan.facts import factors_present
from repletion.plan.larder import named
from repletion.plan.traces import rich


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    """The joined effect of every rule that holds.

    ``withhold``: care words; when there are any, there is no plan.  ``no_goal``, ``no_supplement``: nutrient to
    the label of the rule.  ``cap``/``band``: nutrient to (multiple or share, rule id), the tightest of each.
    """

    rules: tuple[SafetyRule, ...] = ()
    withhold: tuple[str, ...] = ()
    no_goal: dict[str, str] = {}
    no_supplement: dict[str, str] = {}
    cap: dict[str, tuple[float, str]] = {}
    band: dict[str, tuple[float, str]] = {}
    avoid_tags: frozenset[str] = frozenset()
    avoid_groups: frozenset[str] = frozenset()
    avoid_kinds: frozenset[str] = frozenset()
    avoid_words: tuple[str, ...] = ()
    avoid_names: frozenset[str] = frozenset()
    most: dict[str, float] = {}
    notes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    factors: frozenset[str] = frozenset()

    def held(self) -> frozenset[str]:
        """Nutrients that are not to rise at all, or are to stay the same: no food rich in one is named for another."""
        return frozenset(name for name, (share, _) in self.cap.items() if share <= 1).union(self.band)

    def bars(self, *, name: str, group: str, kind: str, tags: Iterable[str]) -> bool:
        """Whether a food may not be suggested, for safety or by what is never suggested."""
        everyone = never()
        held = set(tags)
        return bool(
            held & (self.avoid_tags | set(everyone.tags))
            or group in self.avoid_groups
            or kind in self.avoid_kinds
            or kind in everyone.kinds
            or named(everyone.words, name)
            or named(self.avoid_words, name)
            or name in self.avoid_names
        )


def beyond(lab: Lab, knowledge: Knowledge, *, above: bool) -> bool:
    """Whether a result lies above (or below) its range: the laboratory's own, else the test's widest."""
    if not lab.usable:
        return False
    if lab.band is not None:
        return lab.band in ({"high", "very_high"} if above else {"low", "very_low"})
    if lab.value is None:
        return False
    test = knowledge.tests.get(lab.test)
    if lab.reference is not None:
        low, high = lab.reference
    elif test is not None and test.reference:
        lows = [span.low for span in test.reference if span.low is not None]
        highs = [span.high for span in test.reference if span.high is not None]
        low, high = (min(lows) if lows else None), (max(highs) if highs else None)
    else:
        return False
    bound = high if above else low
    return bound is not None and (lab.value > bound if above else lab.value < bound)


class _Told(NamedTuple):
    """What the rules ask of a case, gathered once."""

    case: Case
    factors: frozenset[str]
    present: frozenset[str]
    drugs: frozenset[str]
    classes: frozenset[str]
    said: str

    @classmethod
    def of(cls, case: Case, knowledge: Knowledge) -> _Told:
        """That of ``case``."""
        drugs = frozenset(u.id for u in case.understood if u.present and not u.past and u.kind == "drug")
        return cls(
            case=case,
            factors=factors_present(case, knowledge),
            present=frozenset(u.id for u in case.understood if u.present),
            drugs=drugs,
            classes=frozenset(knowledge.drugs[name].drug_class for name in drugs if name in knowledge.drugs),
            said=" . ".join(case.said).casefold(),
        )


def _holds(rule: SafetyRule, told: _Told, knowledge: Knowledge) -> bool:
    case, person = told.case, told.case.person
    return bool(
        rule.everyone
        or told.factors.intersection(rule.factors)
        or told.present.intersection(rule.states)
        or told.present.intersection(rule.findings)
        or told.drugs.intersection(rule.drugs)
        or told.classes.intersection(rule.drug_classes)
        or named(rule.said, told.said)
        or (person.age is None and named(rule.said_without_age, told.said))
        or any(lab.test in rule.high and beyond(lab, knowledge, above=True) for lab in case.labs)
        or any(lab.test in rule.low and beyond(lab, knowledge, above=False) for lab in case.labs)
        or (rule.age_under is not None and person.age is not None and person.age < rule.age_under)
        or (rule.bmi_under is not None and person.bmi is not None and person.bmi < rule.bmi_under)
        or (rule.pregnant and bool(person.pregnant))
        or (rule.lactating and bool(person.lactating))
    )


def effects_for(case: Case, knowledge: Knowledge) -> Effects:
    """Every safety rule that holds for the case, joined; the tightest of several wins."""
    told = _Told.of(case, knowledge)
    held = [rule for rule in safety() if _holds(rule, told, knowledge)]
    cap: dict[str, tuple[float, str]] = {}
    band: dict[str, tuple[float, str]] = {}
    most: dict[str, float] = {}
    for rule in held:
        for nutrient, share in rule.cap.items():
            cap[nutrient] = min(cap.get(nutrient, (share, rule.id)), (share, rule.id))
        for nutrient, share in rule.band.items():
            band[nutrient] = min(band.get(nutrient, (share, rule.id)), (share, rule.id))
        for group, servings in rule.most.items():
            most[group] = min(most.get(group, servings), servings)
    return Effects(
        rules=tuple(held),
        withhold=tuple(rule.withhold for rule in held if rule.withhold),
        no_goal={nutrient: rule.label for rule in reversed(held) for nutrient in rule.no_goal},
        no_supplement={nutrient: rule.label for rule in reversed(held) for nutrient in rule.no_supplement},
        cap=cap,
        band=band,
        avoid_tags=frozenset(tag for rule in held for tag in rule.avoid_tags),
        avoid_groups=frozenset(group for rule in held for group in rule.avoid_groups),
        avoid_kinds=frozenset(kind for rule in held for kind in rule.avoid_kinds),
        avoid_words=tuple(dict.fromkeys(word for rule in held for word in rule.avoid_words)),
        avoid_names=frozenset[str]().union(
            *(rich(substance, most) for rule in held for substance, most in rule.avoid_trace.items())
        ),
        most=most,
        notes=tuple(dict.fromkeys(rule.note for rule in held if rule.note)),
        cautions=tuple(sorted(told.factors & {caution.caution for caution in tables.cautions()})),
        factors=told.factors,
    )

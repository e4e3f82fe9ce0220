"""Counting over evaluated cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import fmean

from repletion.evaluation.model import TOPS, CaseResult, Deficiency, Ranks, Rate, Score, Section, choices
from repletion.knowledge.models import URGENCIES, Basis


def rate(hits: int, of: int) -> Rate:
    """A share with the interval of Wilson (1927, J Am Stat Assoc 22:209)."""
    if of == 0:
        return Rate(hits=0, of=0, share=None, low=None, high=None)
    from scipy.stats import binomtest

    interval = binomtest(hits, of).proportion_ci(method="wilson")
    return Rate(hits=hits, of=of, share=hits / of, low=float(interval.low), high=float(interval.high))


def _counted(cases: Iterable[bool]) -> Rate:
    outcomes = list(cases)
    return rate(sum(outcomes), len(outcomes))


def _within(place: int | None, top: int) -> bool:
    return place is not None and place <= top


def _tops(cases: Sequence[CaseResult], order: str, pick: Callable[[Ranks], int | None]) -> dict[str, Rate]:
    return {str(top): _counted(_within(pick(case.ranks[order]), top) for case in cases) for top in TOPS}


def score(cases: Sequence[CaseResult], order: str) -> Score:
    """Top-1, 3 and 5 by one order, the macro average over main diagnoses, and the mean of one over the place."""
    strict = [case.ranks[order].strict for case in cases]
    by_diagnosis: dict[str, list[int | None]] = {}
    for case in cases:
        by_diagnosis.setdefault(case.diagnoses[0], []).append(case.ranks[order].strict)
    macro = {
        str(top): fmean(fmean(_within(place, top) for place in places) for places in by_diagnosis.values())
        for top in TOPS
        if by_diagnosis
    }
    return Score(
        strict=_tops(cases, order, lambda ranks: ranks.strict),
        lenient=_tops(cases, order, lambda ranks: ranks.lenient),
        macro=macro,
        reciprocal=fmean(1 / place if place else 0.0 for place in strict) if strict else None,
    )


def urgent(case: CaseResult) -> bool:
    """Whether the answer is at least as urgent as a red flag asks."""
    return URGENCIES.index(case.urgency) <= URGENCIES.index(choices().alarm)


def _in_controls(cases: Iterable[CaseResult]) -> Deficiency:
    controls = [case for case in cases if case.group == "control"]
    given = [
        [s.probability for s in case.ranked if s.kind == "deficiency" and s.id not in case.listed] for case in controls
    ]
    given = [values for values in given if values]
    if not given:
        return Deficiency(controls=len(controls), mean=None, highest=None, expected=None)
    return Deficiency(
        controls=len(controls),
        mean=fmean(p for values in given for p in values),
        highest=fmean(max(values) for values in given),
        expected=fmean(sum(values) for values in given),
    )


def _robust(cases: Sequence[CaseResult]) -> dict[str, dict[str, Rate]]:
    names = dict.fromkeys(name for case in cases for name in case.disturbed)
    return {
        name: {
            "same_first": _counted(c.disturbed[name].same_first for c in cases if name in c.disturbed),
            "same_three": _counted(c.disturbed[name].same_three for c in cases if name in c.disturbed),
        }
        for name in names
    }


def _rests(cases: Sequence[CaseResult]) -> dict[Basis, float]:
    """Share of all the weight of evidence by basis; empty when nothing weighs."""
    bases = dict.fromkeys(basis for case in cases for basis in case.rests)
    weight = {basis: sum(case.rests.get(basis, 0.0) for case in cases) for basis in bases}
    whole = sum(weight.values())
    return {basis: value / whole for basis, value in weight.items()} if whole else {}


def section(cases: Sequence[CaseResult]) -> Section:
    """Everything counted over ``cases``."""
    groups = {"all": list(cases)} | {
        name: [case for case in cases if case.group == name] for name in ("nutritional", "control")
    }
    orders = list(dict.fromkeys(name for case in cases for name in case.ranks))
    named = [case.decisive for case in cases if case.decisive is not None]
    readable = [found for found in named if found.tests]
    return Section(
        cases=len(cases),
        mapped=_counted(case.mapped for case in cases),
        modelled=_counted(bool(case.states) for case in cases),
        scores={group: {order: score(chosen, order) for order in orders} for group, chosen in groups.items()},
        red_flag_recall=_counted(urgent(case) for case in cases if case.red_flag is True),
        false_alarms=_counted(urgent(case) for case in cases if case.red_flag is False),
        deficiency_in_controls=_in_controls(cases),
        decisive={str(top): _counted(_within(found.rank, top) for found in readable) for top in TOPS},
        decisive_named=rate(len(readable), len(named)),
        understood=rate(sum(c.items_understood for c in cases), sum(c.items for c in cases)),
        robust=_robust(cases),
        sampled=sum(not case.exact for case in cases),
        rests=_rests(cases),
    )

"""The targets of the headline outcomes, and what the figures say about why one is missed."""

from __future__ import annotations

from collections.abc import Sequence

from repletion.evaluation.survey.model import Estimate, Fitted, GroupResult, Quality, Target
from repletion.evaluation.survey.plan import Targets

_MOST = 4
"""Groups or columns named."""


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _misfits(groups: Sequence[GroupResult], *, above: bool | None = None) -> str:
    """Groups whose interval leaves out what was predicted, farthest first."""
    found = []
    for group in groups:
        seen = group.observed
        if group.predicted is None or seen.value is None or seen.low is None or seen.high is None:
            continue
        over = group.predicted > seen.value
        if not seen.low <= group.predicted <= seen.high and above in (None, over):
            found.append((abs(group.predicted - seen.value), group))
    found.sort(key=lambda pair: -pair[0])
    if not found:
        return "No group's interval leaves out what was predicted for it."
    named = "; ".join(
        f"{group.label} ({_percent(group.predicted)} predicted, {_percent(group.observed.value)} observed)"
        for _, group in found[:_MOST]
    )
    return f"Farthest off: {named}."


def _prevalence(rules: Targets, observed: Estimate, network: Quality, groups: Sequence[GroupResult]) -> Target:
    seen, said = observed.value, network.prevalence.value
    off = None if not seen or said is None else said / seen - 1
    met = off is not None and abs(off) <= rules.prevalence
    why: tuple[str, ...] = ()
    if not met and off is not None:
        why = (
            f"Predicted {_percent(said)}, observed {_percent(seen)}. The prevalence comes from other samples, at other "
            "times and with other assays.",
            _misfits(groups, above=off > 0),
        )
    return Target(
        name="prevalence", wanted=f"within {rules.prevalence:.0%} of the observed", found=off, met=met, why=why
    )


def _slope(rules: Targets, network: Quality, groups: Sequence[GroupResult]) -> Target:
    low, high = rules.slope
    slope = network.slope.value
    met = slope is not None and low <= slope <= high
    why: tuple[str, ...] = ()
    if not met and slope is not None:
        kind = (
            "The probabilities lie too far apart: some factor counts for more than it does in these people."
            if slope < low
            else "The probabilities lie too close together: factors count for less than they do in these people, or a "
            "part of the finding does not depend on any."
        )
        why = (kind, _misfits(groups))
    return Target(name="calibration slope", wanted=f"{low:g} to {high:g}", found=slope, met=met, why=why)


def _gap(rules: Targets, quality: Quality, fitted: Fitted) -> Target:
    ours, theirs = quality.auc.value, fitted.quality.auc.value
    gap = None if ours is None or theirs is None else theirs - ours
    met = gap is not None and gap <= rules.auc_gap
    why: tuple[str, ...] = ()
    if not met and gap is not None:
        why = (
            f"AUC {ours:.3f} against {theirs:.3f} of the regression, which is fitted to these people. Its largest "
            f"coefficients: {', '.join(fitted.strongest[: 2 * _MOST])}.",
        )
    kind = "with" if fitted.ethnicity else "without"
    return Target(
        name=f"AUC, {kind} ethnicity",
        wanted=f"at most {rules.auc_gap:g} below the regression",
        found=gap,
        met=met,
        why=why,
    )


def targets_of(
    rules: Targets,
    observed: Estimate,
    network: Quality,
    plain: Quality | None,
    groups: Sequence[GroupResult],
    benchmarks: Sequence[Fitted],
) -> tuple[Target, ...]:
    """Prevalence, slope, and the distance to each regression that is told as much."""
    found = [_prevalence(rules, observed, network, groups), _slope(rules, network, groups)]
    for fitted in benchmarks:
        mine = network if fitted.ethnicity else plain or network
        found.append(_gap(rules, mine, fitted))
    return tuple(found)

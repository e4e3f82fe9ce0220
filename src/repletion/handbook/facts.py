"""Knowledge → the numbers of a page: how common, who is at risk, which signs, what it is confused with."""

from __future__ import annotations

import math
from functools import cache

from repletion.handbook.model import Cause, Common, Confusion, Figure, Risk, Sign
from repletion.knowledge import Knowledge
from repletion.knowledge.models import Claim, Finding, State, When
from repletion.knowledge.problems import SHARES
from repletion.network.scale import Scale
from repletion.report.numbers import amount
from repletion.report.wording import display, say

_EVERYBODY = (0.0, 120.0)


def finding_name(finding: Finding) -> str:
    """What a finding is called on a page."""
    return finding.lay or finding.label


def share_of(claim: Claim) -> float:
    """A claim's share (0-1).  Raises :class:`ValueError` when it gives none."""
    if claim.value is None or claim.unit not in SHARES:
        raise ValueError(f"claim {claim.id} is no share")
    return claim.value / SHARES[claim.unit]


def figure(knowledge: Knowledge, name: str) -> Figure:
    """A claim as a figure: shares 0-1, everything else in its own unit."""
    claim = knowledge.claims[name]
    per = SHARES.get(claim.unit, 1.0)
    value, low, high = (None if n is None else n / per for n in (claim.value, claim.low, claim.high))
    return Figure(
        claim=name,
        value=value,
        low=low,
        high=high,
        unit="share" if claim.unit in SHARES else claim.unit,
        population=claim.population,
        basis=claim.basis,
        source=claim.source,
    )


def who(when: When) -> str:
    """The people a claim is chosen for, in words."""
    parts = []
    if when.pregnant is not None:
        parts.append(say("handbook.who.pregnant" if when.pregnant else "handbook.who.not_pregnant"))
    if when.sex is not None:
        parts.append(say(f"handbook.who.{when.sex}"))
    if when.age is not None and tuple(when.age) != _EVERYBODY:
        low, high = when.age
        if high >= _EVERYBODY[1]:
            parts.append(say("handbook.who.from", low=f"{low:g}"))
        elif low <= 0:
            parts.append(say("handbook.who.under", high=f"{high:g}"))
        else:
            parts.append(say("handbook.who.between", low=f"{low:g}", high=f"{high:g}"))
    if when.country is not None:
        parts.append(say("handbook.who.country", country=when.country[0]))
    if when.season is not None:
        parts.append(say("handbook.who.in_season", seasons=say("handbook.who.or").join(when.season)))
    return ", ".join(parts)


def common(knowledge: Knowledge, state: State) -> tuple[Common, ...]:
    """How common the state is, for each kind of people with its own claim, everybody else last."""
    found = []
    for rate in state.prior:
        words = who(rate.when)
        if not words:
            words = say("handbook.who.others" if len(state.prior) > 1 else "handbook.who.adults")
        found.append(Common(who=words, figure=figure(knowledge, rate.claim), also=rate.also))
    return tuple(found)


@cache
def _scale(knowledge: Knowledge) -> Scale:
    return Scale(knowledge, draws=0, seed=0)


def _odds(knowledge: Knowledge, state: State, name: str) -> float:
    """The published factor on the odds, read at the state's commonest prevalence."""
    base = _scale(knowledge).probability(state.prior[-1].claim)
    return float(math.exp(_scale(knowledge).log_odds_ratio(name, base)[0]))


def risks(knowledge: Knowledge, state: State) -> tuple[Risk, ...]:
    """What raises the state and what lowers it, the strongest first."""
    found = []
    for link in state.raised_by:
        claim = knowledge.claims[link.claim]
        kind = {name: name for name in ("odds_ratio", "risk_ratio", "direction")} | {
            "adjusted_odds_ratio": "odds_ratio"
        }
        factor = knowledge.factors[link.factor]
        found.append(
            Risk(
                factor=factor.id,
                label=factor.label,
                kind=kind.get(claim.measure, "share"),  # type: ignore[arg-type]
                figure=figure(knowledge, link.claim),
                odds=_odds(knowledge, state, link.claim),
                also=link.also,
            )
        )
    return tuple(sorted(found, key=lambda risk: (-abs(math.log(risk.odds)), risk.factor)))


def causes(knowledge: Knowledge, state: State) -> tuple[Cause, ...]:
    """Other states that bring this one about."""
    return tuple(
        Cause(
            state=link.state,
            label=knowledge.states[link.state].label,
            figure=figure(knowledge, link.claim),
        )
        for link in state.caused_by
        if knowledge.states[link.state].kind != "latent"
    )


def signs(knowledge: Knowledge, state: State) -> tuple[Sign, ...]:
    """Every finding of the state with its background beside it, the most telling first."""
    found = []
    for link in state.findings:
        finding, claim = knowledge.findings[link.finding], knowledge.claims[link.claim]
        rate = finding.background[-1].claim
        background = share_of(knowledge.claims[rate])
        if claim.unit in SHARES:
            share = share_of(claim)
        else:  # a likelihood ratio
            share = min((claim.value or 1.0) * background, 1.0)
        found.append(
            Sign(
                finding=finding.id,
                label=finding_name(finding),
                kind=finding.kind,
                figure=figure(knowledge, link.claim),
                background=figure(knowledge, rate),
                share=share,
                ratio=share / background if background else math.inf,
                also=link.also,
            )
        )
    return tuple(sorted(found, key=lambda sign: (-sign.ratio, sign.finding)))


@cache
def _weights(knowledge: Knowledge) -> dict[str, dict[str, float]]:
    """For every state and each symptom or sign, the weight of evidence that it brings on average: share times the
    logarithm of how many times as often it occurs."""
    table = {}
    for state in knowledge.states.values():
        if state.kind != "latent":
            table[state.id] = {
                sign.finding: sign.share * math.log(sign.ratio)
                for sign in signs(knowledge, state)
                if sign.kind != "lab" and sign.ratio > 1 and sign.share > 0
            }
    return table


def _family(knowledge: Knowledge, name: str) -> set[str]:
    """A state with all its levels of severity."""
    top = name
    while (wider := knowledge.states[top].requires) is not None:
        top = wider
    found = {top}
    while more := {s.id for s in knowledge.states.values() if s.requires in found} - found:
        found |= more
    return found


def confusions(knowledge: Knowledge, state: State) -> tuple[Confusion, ...]:
    """States whose findings weigh most like this one's, closest first; its own levels of severity are left out."""
    mine = _weights(knowledge).get(state.id, {})
    length = math.sqrt(sum(x * x for x in mine.values()))
    found = []
    for other, theirs in _weights(knowledge).items():
        shared = [name for name in mine if name in theirs]
        if other in _family(knowledge, state.id) or not shared:
            continue
        size = length * math.sqrt(sum(x * x for x in theirs.values()))
        closeness = sum(mine[name] * theirs[name] for name in shared) / size
        if closeness < display().least_closeness:
            continue
        by_product = sorted(shared, key=lambda name: -mine[name] * theirs[name])
        here = [n for n in sorted(mine, key=lambda n: theirs.get(n, 0.0) - mine[n]) if mine[n] > theirs.get(n, 0.0)]
        there = [n for n in sorted(theirs, key=lambda n: mine.get(n, 0.0) - theirs[n]) if theirs[n] > mine.get(n, 0.0)]
        few = display().most_apart
        common_to_both = by_product[: few + 1]
        record = knowledge.states[other]
        found.append(
            Confusion(
                state=other,
                label=record.label,
                closeness=closeness,
                shared=tuple(common_to_both),
                here=tuple(name for name in here if name not in common_to_both)[:few],
                there=tuple(name for name in there if name not in common_to_both)[:few],
            )
        )
    found.sort(key=lambda c: (-c.closeness, c.state))
    return tuple(found[: display().most_confusions])


def natural(share: float, denominator: int | None = None) -> str:
    """A natural frequency with the smallest denominator that needs no fraction: "about 3 in 1,000"."""
    of = denominator or next((d for d in display().denominators if share * d >= 1), display().denominators[-1])
    people = share * of
    if 0 < people < 1:
        return say("handbook.frequency.below", of=f"{of:,}")
    if people > of - 0.5 and share < 1:
        return say("handbook.frequency.above", of=f"{of:,}")
    return say("handbook.frequency.about", n=f"{round(people):,}", of=f"{of:,}")


def precise(found: Figure) -> str:
    """A figure as percent with its interval."""
    if found.unit != "share":
        return amount(found.value)
    value = f"{amount((found.value or 0) * 100)} %"
    if found.low is None or found.high is None:
        return value
    return say("know.range", value=value, low=amount(found.low * 100), high=amount(found.high * 100), unit="").strip()

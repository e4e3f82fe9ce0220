"""Whether the numbers of a knowledge base can hold side by side: a part is never more than the whole.

Of the people who have a finding, those in whom it comes with one state are a part: prevalence times frequency cannot
exceed the background rate.  Likewise a cause and its effect, a level and its state, a narrower finding or factor and
the wider one, those with a factor and all with a state.  Where it does, one of the claims is wrong or means something
else (ever for now, mild for severe, a clinic for the community).

A breach is a *warning* when it is larger than the intervals allow: the lower end of the interval (rule
``interval_level``) of the ratio of part to whole, each claim drawn from its own, lies above one.  Two things are no
breach: a share published for adults at ages at which the state is not met with, where a stand-in (a claim of
:data:`ANY_STATE`) holds the place of the prevalence and the network lets the share give way (rule
``most_with_one_factor``); and what somebody has judged to be right, with the reason (``evaluation/judged.csv``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from repletion.case.model import Person
from repletion.knowledge import Knowledge, reader
from repletion.knowledge.base import DATA
from repletion.knowledge.models import Record
from repletion.knowledge.problems import LEVELS, RATIO_MEASURES, Problem
from repletion.network.build import Builder
from repletion.network.scale import Array, Scale, expit, logit
from repletion.network.strata import Stratum

ANY_STATE = "any_state"  # subject of the claim that stands in for a prevalence where a state is not met with
_DRAWS = 400  # numerical: enough for the tail of a ratio


class Sample(Record, frozen=True):
    """Somebody for whom the numbers are held side by side.  ``age`` in years; ``sex`` empty: either."""

    id: str
    label: str
    age: float
    sex: Literal["female", "male"] | None = None


class Part(Record, frozen=True):
    """``part``: claims whose product is a share of people; ``whole``: claims whose product it cannot exceed."""

    where: str
    says: str
    part: tuple[str, ...]
    whole: tuple[str, ...]


class Judgement(Record, frozen=True):
    """A breach that is right as it stands.  ``part``, ``whole``: claims joined by a space; ``why``: who reads it."""

    where: str
    part: str
    whole: str
    why: str


@cache
def judgements(path: Path = DATA / "evaluation" / "judged.csv") -> tuple[Judgement, ...]:
    """Those of the data."""
    return tuple(reader.rows(path, Judgement))


@cache
def people(path: Path = DATA / "evaluation" / "people.csv") -> tuple[Sample, ...]:
    """Those of the data."""
    return tuple(reader.rows(path, Sample))


def incoherent(
    knowledge: Knowledge, samples: Sequence[Sample] | None = None, judged: Sequence[Judgement] | None = None
) -> list[Problem]:
    """Every breach, warnings first, the largest first.  The knowledge itself must be without errors.

    ``samples``, ``judged``: instead of those of the data; with ``samples`` alone nothing is judged.
    """
    if judged is None:
        judged = judgements() if samples is None else ()
    builder = Builder(knowledge)
    parts: dict[Part, list[str]] = {}
    others: dict[str, Problem] = {}
    for sample in people() if samples is None else samples:
        person = Person(age=sample.age, sex=sample.sex)
        stratum = builder.stratum(person, None)
        shares = builder.strata.shares(person, None)
        for part in (
            *_of_findings(builder, stratum),
            *_of_states(builder, stratum),
            *_of_factors(builder, stratum, shares),
        ):
            parts.setdefault(part, []).append(sample.label)
        for problem in (*_sums(builder, person, sample), *_near_certain(builder, stratum, sample)):
            others.setdefault(problem.where, problem)
    found = [*_beyond(Scale(knowledge, draws=_DRAWS, seed=0), parts, judged), *others.values()]
    return sorted(found, key=lambda problem: LEVELS.index(problem.level))


# -- parts of a whole ------------------------------------------------------------------------------------------


def _of_findings(builder: Builder, stratum: Stratum) -> Iterator[Part]:
    """What one state brings of a finding; a narrower finding of a wider one, among everybody and in a state."""
    rates = stratum.backgrounds
    stated = [{link.finding: link.claim for link in state.findings} for state in builder.states]
    for i, state in enumerate(builder.states):
        for link in state.findings:
            where, part = f"findings/{link.finding} background", (stratum.priors[i], link.claim)
            ratio = builder.knowledge.claims[link.claim].measure == "likelihood_ratio_positive"
            yield Part(where, f"{state.id} alone brings", part, () if ratio else (rates[link.finding],))
            for wider in builder.graph.wider_findings(link.finding):
                claim = stated[i].get(wider)
                if claim is not None and not ratio and builder.knowledge.claims[claim].measure not in RATIO_MEASURES:
                    at = f"states/{state.id} findings {wider}"
                    yield Part(at, f"{link.finding}, a kind of it, has", (link.claim,), (claim,))
    for name, finding in builder.knowledge.findings.items():
        for wider in finding.is_a:
            yield Part(f"findings/{wider} background", f"{name}, a kind of it, has", (rates[name],), (rates[wider],))


def _of_states(builder: Builder, stratum: Stratum) -> Iterator[Part]:
    """What one cause brings of a state; a level and its findings, of the state that it is a level of."""
    priors, index = stratum.priors, builder.graph.index
    for i, state in enumerate(builder.states):
        where = f"states/{state.id}"
        for cause in () if _stands_in(builder, priors[i]) else state.caused_by:
            part = (priors[index[cause.state]], cause.claim)
            yield Part(f"{where} prior", f"{cause.state} alone brings", part, (priors[i],))
        if state.requires is None:
            continue
        wider = index[state.requires]
        yield Part(f"{where} prior", f"as a level of {state.requires} it has", (priors[i],), (priors[wider],))
        of_wider = {link.finding: link.claim for link in builder.states[wider].findings}
        for link in state.findings:
            claim = of_wider.get(link.finding)
            if claim is None or any(builder.knowledge.claims[c].measure in RATIO_MEASURES for c in (claim, link.claim)):
                continue
            at = f"{where} findings {link.finding}"
            yield Part(at, f"{state.requires}, of which it is a level, has", (claim,), (link.claim,))
            at = f"states/{state.requires} findings {link.finding}"
            yield Part(at, f"its level {state.id} alone brings", (priors[i], link.claim), (priors[wider], claim))


def _of_factors(builder: Builder, stratum: Stratum, shares: dict[str, str]) -> Iterator[Part]:
    """A narrower factor, of the wider; people with a factor, of all with a state or with a value of the laboratory."""
    for name, factor in builder.knowledge.factors.items():
        for wider in factor.is_a:
            yield Part(f"factors/{wider} prevalence", f"{name}, a kind of it, has", (shares[name],), (shares[wider],))
    moved = (
        *((f"states/{s.id} prior", s.raised_by, stratum.priors[i]) for i, s in enumerate(builder.states)),
        *(
            (f"findings/{f.id} background", f.raised_by, stratum.backgrounds[f.id])
            for f in builder.knowledge.findings.values()
        ),
    )
    for where, links, whole in moved:
        for link in () if _stands_in(builder, whole) else links:
            if builder.knowledge.claims[link.claim].measure == "prevalence_given_factor":
                part = (shares[link.factor], link.claim)
                yield Part(where, f"people with {link.factor} alone bring", part, (whole,))


def _stands_in(builder: Builder, prior: str) -> bool:
    """Whether a prevalence is only the stand-in of ages at which the state is not met with."""
    return builder.knowledge.claims[prior].subject == ANY_STATE


def _beyond(scale: Scale, parts: Mapping[Part, Sequence[str]], judged: Sequence[Judgement]) -> list[Problem]:
    """The parts that exceed their whole by more than the intervals allow, each pair once, where it is worst.

    What is judged right is a note with its reason; a judgement that excuses nothing any more is a warning.
    """
    right = {(one.where, one.part, one.whole): one for one in judged}
    excused: dict[Judgement, str] = {}
    logs = _logs(scale, [name for part in parts for name in (*part.part, *part.whole)])
    tail = (1 - scale.knowledge.rule("interval_level") / 100) / 2
    found: dict[tuple[str, str], list[tuple[float, Part]]] = {}
    for part in parts:
        ratio = _product(logs, part.part) - _product(logs, part.whole)
        if ratio[0] > 0 and np.quantile(ratio, tail) > 0:
            size = float(np.exp(ratio[0]))
            if (one := right.get((part.where, " ".join(part.part), " ".join(part.whole)))) is not None:
                excused[one] = f"{part.says} {size:.3g} times what it is part of ({one.part}, {one.whole}): {one.why}"
            else:
                found.setdefault((part.where, part.says), []).append((size, part))
    sized: list[tuple[float, Problem]] = []
    for breaches in found.values():
        size, worst = max(breaches, key=lambda breach: breach[0])
        others = [label for _, part in breaches if part != worst for label in parts[part]]
        whole = f"the {_share(logs, worst.whole)} of {' × '.join(worst.whole)}" if worst.whole else "everybody"
        brings = f"{worst.says} {_share(logs, worst.part)} ({' × '.join(worst.part)}), {size:.3g} times {whole}"
        people = ", ".join(parts[worst]) + (f"; also {', '.join(others)}" if others else "")
        sized.append((size, Problem("warning", worst.where, f"{brings}: {people}")))
    warned = [problem for _, problem in sorted(sized, key=lambda pair: (-pair[0], pair[1].where))]
    for one in judged:
        if one in excused:
            warned.append(Problem("note", one.where, f"judged right: {excused[one]}", "judged"))
        else:
            said = f"judged.csv excuses {one.part} over {one.whole}, which breaks no rule any more: take it out"
            warned.append(Problem("warning", one.where, said))
    return warned


def _product(logs: Mapping[str, Array], names: Sequence[str]) -> Array:
    return np.asarray(sum((logs[name] for name in names), np.zeros(1)))


def _share(logs: Mapping[str, Array], names: Sequence[str]) -> str:
    return f"{math.exp(_product(logs, names)[0]) * 100:.3g} %"


def _logs(scale: Scale, names: Iterable[str]) -> dict[str, Array]:
    """Draws of the logarithm of each claim."""
    claims, wanted = scale.knowledge.claims, list(dict.fromkeys(names))
    shares = [name for name in wanted if claims[name].measure not in RATIO_MEASURES]
    found = dict(zip(shares, np.log(scale.probabilities(shares)), strict=True))
    return found | {name: scale.log_ratio(name) for name in wanted if name not in found}


# -- sums and odds ---------------------------------------------------------------------------------------------


def _sums(builder: Builder, person: Person, sample: Sample) -> Iterator[Problem]:
    """Findings of which all states together bring several times the background; levels that exceed their state."""
    stratum = builder.stratum(person, None)
    several = builder.knowledge.rule("coherence_several")
    prior = builder.scale.probabilities(stratum.priors)[:, 0]
    links = builder.links(person, None)
    each = np.zeros((len(builder.every), len(prior)))
    each[links.findings, links.states] = links.q * prior[links.states]
    brought = 1 - np.prod(1 - each, axis=1)
    rate = builder.scale.probabilities([stratum.backgrounds[name] for name in builder.every])[:, 0]
    for f in np.flatnonzero(brought > several * rate):
        most = np.argsort(-each[f])[:3]
        names = ", ".join(builder.states[i].id for i in most)
        message = f"the states together bring {brought[f] / rate[f]:.3g} times it in {sample.label}, most {names}"
        yield Problem("note", f"findings/{builder.every[f]} background together", message, "together")
    levels: dict[int, list[int]] = {}
    for parent, level in builder.requires:
        levels.setdefault(parent, []).append(level)
    for parent, of_it in levels.items():
        ratio = float(prior[of_it].sum() / prior[parent])
        if ratio > 1 and len(of_it) > 1:
            names = ", ".join(builder.states[i].id for i in of_it)
            message = f"its levels ({names}) add up to {ratio:.3g} times it in {sample.label}"
            yield Problem("note", f"states/{builder.states[parent].id} prior", message, "levels")


def _near_certain(builder: Builder, stratum: Stratum, sample: Sample) -> Iterator[Problem]:
    """Ratios that make a rare state likely in all with the factor: mostly ratios of clinics."""
    rare, likely = (builder.knowledge.rule(name) for name in ("coherence_rare", "coherence_likely"))
    for i, state in enumerate(builder.states):
        base = builder.scale.probability(stratum.priors[i])
        for link in state.raised_by if base[0] < rare else ():
            if builder.knowledge.claims[link.claim].measure in RATIO_MEASURES:
                chance = float(expit(logit(base) + builder.scale.log_odds_ratio(link.claim, base))[0])
                if chance > likely:
                    message = (
                        f"{link.claim} makes it {chance:.0%} of all with the factor, where {base[0] * 100:.3g} % of "
                        f"everybody have it ({stratum.priors[i]}): {sample.label}"
                    )
                    yield Problem("warning", f"states/{state.id} raised_by {link.factor}", message)

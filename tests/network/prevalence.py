"""How common a state is among people like one person, moved by what is known of factors."""

from __future__ import annotations

from repletion.case.model import Person
from repletion.network.build import Builder
from repletion.network.scale import expit, logit

WHO = Person(age=50, sex="female", country="US")


def chance(builder: Builder, state: str, **known: float) -> float:
    """Prevalence of a state without its causes, moved by what is known of factors."""
    built = builder.build(WHO, season=None, known=known, findings=())
    i = builder.graph.index[state]
    prior = logit(builder.scale.probability(built.prior_claims[i])[0])
    return float(expit(prior + sum(shift[0, i] for shift in built.shifts.values())))

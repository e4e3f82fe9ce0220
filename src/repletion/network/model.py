"""The network of causes as arrays: what the builder makes and the inference engine reads.

Every variable is a yes/no. *States* are what may be wrong, *findings* are what may be seen, *risks* are what raises
the odds of a state and has not been asked about. Each probability array may carry a leading axis of parameter draws
(row 0 is the central estimate); an array that does not vary between draws may have one row.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_DRAWN = ("base", "risk_prior", "risk_weight", "parent_link", "leak", "link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A causal noisy-OR network over states and findings.

    With ``sigmoid`` the logistic function, ``D`` the states and ``q`` a *link* strength (the chance that the cause
    alone brings the effect about; Díez's parametrization, the leak is not part of it)::

        P(state i) = gate · (1 - (1 - sigmoid(base_i + Σ_r weight_ri · r)) · Π_{active parents} (1 - q))
        P(finding f | D) = 1 - (1 - leak_f) · Π_{active states} (1 - q_fi)

    ``gate`` is 1 when every state that state i *requires* is on, else 0 (severe requires mild).
    Shapes: B draws (or 1), S states, R risks, L parent links, F findings.
    """

    states: tuple[str, ...]
    """Names, parents before their children."""
    base: Array
    """(B, S) log-odds of each state, given what is known about the person and with the unknown risks off."""
    risks: tuple[str, ...] = ()
    """Risks that are not known to be present or absent; each is one variable shared by all the states it touches."""
    risk_prior: Array
    """(B, R) probability that the risk is present."""
    risk_weight: Array
    """(B, R, S) log-odds added to ``base`` when the risk is present."""
    parents: tuple[tuple[int, int], ...] = ()
    """(parent, child) pairs of states joined by a noisy-OR link."""
    parent_link: Array
    """(B, L) strength of each of ``parents``, in 0..1."""
    requires: tuple[tuple[int, int], ...] = ()
    """(parent, child) pairs: the child can be on only if the parent is on."""
    findings: tuple[str, ...]
    leak: Array
    """(B, F) probability of the finding with every state off, in 0..1."""
    link: Array
    """(B, F, S) strength of each link in 0..1; 0 is no link."""

    @property
    def draws(self) -> int:
        """Number of parameter draws, the central one included."""
        return max(int(getattr(self, name).shape[0]) for name in _DRAWN)

    def take(self, draws: slice) -> Network:
        """The same network with some of its parameter draws (arrays of one row stay as they are)."""
        cut = {name: getattr(self, name)[draws] for name in _DRAWN if getattr(self, name).shape[0] > 1}
        return replace(self, **cut)

    def central(self) -> Network:
        """The network of the central estimates alone."""
        return self if self.draws == 1 else self.take(slice(0, 1))

    def check(self) -> list[str]:
        """What is wrong with the arrays, in plain words; empty when nothing is. Costs a pass over every array."""
        import numpy as np

        size = {"S": len(self.states), "R": len(self.risks), "L": len(self.parents), "F": len(self.findings)}
        wanted = {"base": "S", "risk_prior": "R", "risk_weight": "RS", "parent_link": "L", "leak": "F", "link": "FS"}
        wrong: list[str] = []
        rows = self.draws
        for name, axes in wanted.items():
            array: Array = getattr(self, name)
            shape = tuple(size[axis] for axis in axes)
            if array.shape[1:] != shape or array.shape[0] not in (1, rows):
                wrong.append(f"{name} has shape {array.shape}; expected (1 or {rows}, {', '.join(map(str, shape))})")
            elif not np.isfinite(array).all():
                wrong.append(f"{name} holds a value that is not a finite number")
            elif name not in ("base", "risk_weight") and array.size and not 0 <= array.min() <= array.max() <= 1:
                wrong.append(f"{name} holds a value outside 0..1 (from {array.min():g} to {array.max():g})")
        for name in ("parents", "requires"):
            for parent, child in getattr(self, name):
                if not 0 <= parent < child < size["S"]:
                    wrong.append(f"{name}: ({parent}, {child}) does not put the parent before the child")
        for name in ("states", "risks", "findings"):
            named = getattr(self, name)
            wrong += [f"{name} names something twice"] * (len(set(named)) < len(named))
        return wrong


assert {f.name for f in fields(Network)} >= set(_DRAWN)

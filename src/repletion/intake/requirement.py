"""How the requirement itself spreads among healthy people: F_req, the share whose requirement is met by an intake."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from repletion.intake import tables
from repletion.intake.normal import ndtr
from repletion.intake.reference import Basis, Reference
from repletion.intake.tables import rule

Array = NDArray[np.float64]
MENSTRUATING = ("NASEM", "menstruating_no_oral_contraceptive", 18.0)
MENSTRUATING_STAGES = {"female_19_30", "female_31_50"}
NODES = 60


class Requirement(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A distribution of requirements, per day, in the unit of ``median``.

    ``kind``: *normal* (mean = ``median``, ``spread`` an SD), *lognormal* (``spread`` is the SD of the log; ``median``
    is the **median**, not the mean), or *table* (``points``: pairs of percentile and intake, ascending).
    """

    kind: Literal["normal", "lognormal", "table"]
    median: float
    spread: float = 0.0
    points: tuple[tuple[float, float], ...] = ()
    basis: Basis = "read"
    note: str = ""

    @cached_property
    def _knots(self) -> tuple[Array, Array]:
        """Log intake and share met.  The end segments are carried on to 0 and 1 so that no step is left."""
        share, intake = (np.array(column, dtype=float) for column in zip(*self.points, strict=True))
        share = share / 100
        logs = np.log(intake)
        first = logs[0] - share[0] * (logs[1] - logs[0]) / (share[1] - share[0])
        last = logs[-1] + (1 - share[-1]) * (logs[-1] - logs[-2]) / (share[-1] - share[-2])
        return np.concatenate([[first], logs, [last]]), np.concatenate([[0.0], share, [1.0]])

    @property
    def sd(self) -> float:
        """Standard deviation of the requirement."""
        if self.kind == "normal":
            return self.spread
        x, w = self.nodes()
        mean = float(w @ x)
        return float(np.sqrt(w @ (x - mean) ** 2))

    def cdf(self, intake: ArrayLike) -> Array:
        """Share of healthy people whose requirement is met by ``intake`` (any shape)."""
        y = np.asarray(intake, dtype=float)
        if self.kind == "normal":
            return np.asarray(ndtr((y - self.median) / self.spread))
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(y > 0, np.log(np.where(y > 0, y, 1.0)), -np.inf)
        if self.kind == "lognormal":
            return np.asarray(ndtr((logs - np.log(self.median)) / self.spread))
        at, share = self._knots
        return np.asarray(np.interp(logs, at, share))

    def nodes(self, count: int = NODES) -> tuple[Array, Array]:
        """Points and weights: ``sum(w * f(x))`` is the mean of ``f`` over requirements."""
        if self.kind == "table":
            at, share = self._knots
            z, w = np.polynomial.legendre.leggauss(12)
            middle, half = (at[1:] + at[:-1]) / 2, np.diff(at) / 2
            logs = middle[:, None] + half[:, None] * z
            return np.exp(logs).ravel(), (np.diff(share)[:, None] * w / 2).ravel()
        z, w = np.polynomial.hermite_e.hermegauss(count)
        w = w / w.sum()
        if self.kind == "normal":
            return self.median + self.spread * z, w
        return self.median * np.exp(self.spread * z), w


def iron(population: str, absorption_percent: float, *, authority: str = "WHO/FAO", factor: float = 1.0) -> Requirement:
    """The published iron requirement of a population as a table.  Raises ``UnknownName`` with what there is."""
    points = tables.iron_points(authority, population, absorption_percent)
    pairs = tuple((p.percentile, p.intake_mg * factor) for p in points)
    median = next(intake for percentile, intake in pairs if percentile == 50)
    doubtful = any(p.doubtful for p in points)
    return Requirement(
        kind="table",
        median=median,
        points=pairs,
        basis="assumed" if factor != 1.0 else "read",
        note="Some of the highest percentiles of this table are doubtful." if doubtful else "",
    )


def requirement_for(reference: Reference) -> Requirement | None:
    """Spread of the requirement behind ``reference``; ``None`` without an EAR, or without any basis for a spread."""
    ear, rda = reference.ear, reference.rda
    if ear is None or ear <= 0:
        return None
    spread = tables.spreads().get(reference.nutrient) if reference.authority == "NASEM" else None
    if spread and spread.distribution == "percentile_table" and reference.life_stage in MENSTRUATING_STAGES:
        _, population, absorption = MENSTRUATING
        return iron(population, absorption, authority="NASEM", factor=reference.requirement_factor)
    if spread and spread.cv_percent is not None:
        cv = spread.cv_percent / 100
        if spread.distribution == "lognormal":
            return Requirement(kind="lognormal", median=ear, spread=float(np.sqrt(np.log1p(cv**2))))
        return Requirement(kind="normal", median=ear, spread=cv * ear)
    if rda is None or rda <= ear:
        return None
    return Requirement(
        kind="normal",
        median=ear,
        spread=(rda - ear) / rule("spread_divisor"),
        basis="assumed",
        note="No spread of the requirement is published; half the distance from average to recommended amount is used.",
    )

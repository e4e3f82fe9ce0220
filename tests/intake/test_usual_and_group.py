"""Published and computed numbers of the statistics, and oracles that nobody here wrote."""

import numpy as np
import pytest
from scipy import integrate, stats

from repletion.intake.adequacy import iom_above, iom_adequate
from repletion.intake.group import (
    IntakeDistribution,
    from_mean,
    share_above,
    share_below,
    share_unmet,
    unmet_in_intervals,
)
from repletion.intake.requirement import Requirement, iron
from repletion.intake.usual import (
    back_transform,
    back_transform_nine_points,
    back_transform_taylor,
    best_linear,
    inverse_box_cox,
    nrc_adjusted,
    population,
    posterior,
    variance_parts,
)

NORMAL = Requirement(kind="normal", median=8.1, spread=0.81)
TINY = [[210, 260], [305, 280], [180, 240], [350, 420], [265, 225], [300, 390], [150, 205], [275, 330]]
MENSTRUATING = iron("menstruating_no_oral_contraceptive", 18.0, authority="NASEM")


def test_worked_example_of_magnesium():
    assert iom_adequate(320, ear=265, sd_requirement=26.5, sd_within=85.9, days=3) == pytest.approx(0.836, abs=1e-3)


@pytest.mark.parametrize(("factor", "needed"), [(1, (445, 377, 349)), (1.25, (486, 400, 362)), (1.5, (528, 423, 376))])
def test_intake_needed_for_confidence(factor, needed):
    n = np.array([1, 3, 7])
    got = iom_adequate(np.array(needed), ear=265, sd_requirement=26.5, sd_within=85.9 * factor, days=n)
    assert got == pytest.approx(stats.norm.cdf(2), abs=6e-4)  # amounts are printed to whole mg
    assert 1 - iom_adequate(181.2, ear=265, sd_requirement=26.5, sd_within=85.9, days=7) == pytest.approx(
        0.977, abs=1e-3
    )


def test_adequate_intake_and_upper_limit_examples():
    assert iom_above(560, 500, sd_within=50, days=3) == pytest.approx(stats.norm.cdf(2.078), abs=1e-3)
    for sd, printed in ((0.4, (69, 81, 91)), (0.5, (66, 76, 86)), (0.6, (63, 72, 81))):
        kept = 100 * (1 - iom_above(3.8, 4.0, sd_within=sd, days=np.array([1, 3, 7])))
        assert kept == pytest.approx(printed, abs=0.7)


@pytest.mark.parametrize(
    ("kind", "a", "b", "percent"),
    [("normal", 8.5, 1.3, 39.6989), ("gamma", 9.5, 1.3, 65.5596), ("lognormal", 1.9, 0.3, 72.2787)],
)
def test_full_probability_by_two_ways(kind, a, b, percent):
    intakes = IntakeDistribution(kind=kind, a=a, b=b)
    assert 100 * share_unmet(intakes, NORMAL) == pytest.approx(percent, abs=1e-4)
    oracle = {
        "normal": stats.norm(a, b), "gamma": stats.gamma(a, scale=1 / b), "lognormal": stats.lognorm(b, scale=np.exp(a))
    }[kind]  # fmt: skip
    brute, _ = integrate.quad(lambda y: oracle.pdf(y) * stats.norm.sf(y, 8.1, 0.81), 0, 60, limit=300)
    assert share_unmet(intakes, NORMAL) == pytest.approx(brute, abs=1e-7)
    drawn = oracle.ppf((np.arange(4000) + 0.5) / 4000)
    assert share_unmet(drawn, NORMAL) == pytest.approx(brute, abs=2e-4)


def test_lognormal_requirement_has_its_median_at_the_average():
    spread = float(np.sqrt(np.log1p(0.44**2)))
    got = share_unmet(
        IntakeDistribution(kind="lognormal", a=1.84, b=0.35), Requirement(kind="lognormal", median=8.1, spread=spread)
    )
    assert 100 * got == pytest.approx(67.73, abs=0.005)
    closed = stats.norm.cdf((np.log(8.1) - 1.84) / np.hypot(0.35, spread))
    assert got == pytest.approx(closed, abs=1e-10)


def test_cut_points():
    got = [100 * share_below(from_mean(k, mean=6, cv=0.25), 8) for k in ("normal", "gamma", "lognormal")]
    assert got == pytest.approx([90.8789, 90.1477, 90.1735], abs=1e-4)
    gamma = from_mean("gamma", mean=263, cv=6**-0.5)
    assert 100 * share_unmet(gamma, Requirement(kind="normal", median=265, spread=26.5)) == pytest.approx(
        55.6870, abs=1e-4
    )
    assert 100 * share_below(gamma, 265) == pytest.approx(56.1621, abs=1e-4)
    assert share_below([1, 2, 3], 2.5, weights=[1, 1, 2]) == 0.5
    assert share_above([1, 2, 3], 2.5) == pytest.approx(1 / 3)


def test_iron_of_menstruating_women():
    women = [1, 1, 3, 10, 15, 20, 23, 27, 50, 150, 200, 175, 125, 200]
    assert unmet_in_intervals(MENSTRUATING, women) == pytest.approx(165.1, abs=1e-9)
    assert MENSTRUATING.cdf([8.07, 18.23, 1.0, 40.0]) == pytest.approx([0.5, 0.975, 0, 1])
    flat = IntakeDistribution(kind="lognormal", a=np.log(12), b=0.4)
    brute, _ = integrate.quad(
        lambda y: stats.lognorm(0.4, scale=12).pdf(y) * (1 - float(MENSTRUATING.cdf(y))), 0.1, 200, limit=400,
        points=[p for _, p in MENSTRUATING.points],
    )  # fmt: skip
    assert share_unmet(flat, MENSTRUATING) == pytest.approx(brute, abs=1e-6)


def test_absorbed_iron_agrees_across_columns():
    low, high = iron("menstruating_mixed_population", 5.0), iron("menstruating_mixed_population", 15.0)
    ratio = [a / b / 3 for (_, a), (_, b) in zip(low.points, high.points, strict=True)]
    assert ratio == pytest.approx([1] * len(ratio), rel=0.06)


def test_turning_back_four_ways():
    assert back_transform(14, 0.3, 2.6) == pytest.approx(264.96884, abs=1e-5)
    assert back_transform_nine_points(14, 0.3, 2.6) == pytest.approx(264.96927, abs=1e-5)
    assert back_transform_taylor(14, 0.3, 2.6) == pytest.approx(264.9153, abs=1e-4)
    assert inverse_box_cox(14, 0.3) == pytest.approx(243.60, abs=5e-3)
    assert back_transform(1.0, 0, 0.5) == pytest.approx(np.exp(1 + 0.125), rel=1e-12)  # closed form at lambda 0


def test_percentiles_of_the_simulated_truth():
    z = stats.norm.ppf([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
    got = back_transform(14 + 1.9 * z, 0.3, 2.6)
    assert got == pytest.approx([142.0, 164.6, 207.9, 265.1, 332.6, 403.0, 449.6], rel=2e-3)


def test_tiny_data_set():
    raw, root = variance_parts(TINY), variance_parts(np.sqrt(TINY))
    assert (raw.mean, raw.between, raw.within) == pytest.approx((274.0625, 4042.6341, 1710.9375), abs=1e-3)
    assert (root.mean, root.between, root.within) == pytest.approx((16.411620, 3.720288, 1.563722), abs=1e-5)
    nrc = [238.575, 290.813, 215.863, 374.848, 247.660, 338.508, 186.337, 299.898]
    blup = [241.822, 289.280, 221.189, 365.624, 250.076, 332.611, 194.365, 297.533]
    assert nrc_adjusted(TINY) == pytest.approx(nrc, abs=1e-3)
    assert best_linear(TINY) == pytest.approx(blup, abs=1e-3)


def test_population_mean_is_the_survey_mean_and_many_days_win():
    model = population("female_19_50", "magnesium")
    rng = np.random.default_rng(7)
    x = model.mu + np.sqrt(model.s2_between + model.s2_within) * rng.standard_normal(400_000)
    assert inverse_box_cox(x, model.lam).mean() == pytest.approx(263.1, rel=2e-3)
    few, many = posterior([150.0], model), posterior([150.0] * 5000, model)
    assert few.shrinkage < 0.5 < 0.99 < many.shrinkage
    assert few.mean > many.mean
    low, high = few.interval()
    assert low < few.mean < high
    assert few.probability_below(high) == pytest.approx(0.95, abs=1e-6)
    with pytest.raises(ValueError, match="negative"):
        posterior([-1.0], model)

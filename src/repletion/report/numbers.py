"""Numbers as people read them: natural frequencies with one denominator, amounts, factors on the odds."""

from __future__ import annotations

import math

from repletion.report.wording import display, say


def count(probability: float) -> int:
    """How many in the fixed denominator, rounded to the nearest."""
    return math.floor(probability * display().denominator + 0.5)


def is_rare(probability: float) -> bool:
    """Below one in the fixed denominator."""
    return probability * display().denominator < 1


def _end(probability: float) -> str:
    """One end of a range in the fixed denominator."""
    n, of = count(probability), display().denominator
    if is_rare(probability):
        return say("frequency.bare_below")
    return say("frequency.bare_above", last=of - 1) if n >= of and probability < 1 else str(n)


def bare(probability: float) -> str:
    """A number of people alone: "12", "fewer than 1"."""
    return _end(probability)


def frequency(probability: float) -> str:
    """Natural frequency: "about 12 in 100", "fewer than 1 in 100"."""
    n, of = count(probability), display().denominator
    if is_rare(probability):
        return say("frequency.below", of=of)
    if n >= of and probability < 1:
        return say("frequency.above", last=of - 1, of=of)
    return say("frequency.about", n=n, of=of)


def span(low: float, high: float) -> str:
    """The range beside a natural frequency: "range 5 to 24", "range up to 3"."""
    if bare(low) == bare(high):
        return say("frequency.same")
    if is_rare(low):
        return say("frequency.upto", high=bare(high))
    return say("frequency.range", low=bare(low), high=bare(high))


def percent(probability: float) -> str:
    """Percent with two significant figures, never rounded to nothing or to all."""
    value = probability * 100
    if value == 0 or value == 100:
        return f"{value:.0f} %"
    if value < 0.01:
        return "<0.01 %"
    if value > 99.5:
        return ">99 %" if value < 99.95 else ">99.9 %"
    return f"{value:.0f} %" if value >= 9.95 else f"{value:.2g} %"


def precise(probability: float, low: float, high: float, *, exact: bool = True) -> str:
    """For clinicians: percent with range, and a wider denominator for what is rare.

    A range whose ends read like the number says nothing, and one that was not worked out (``exact``) is not shown.
    """
    if not exact:
        return say("frequency.percent_alone", percent=percent(probability), note=say("frequency.no_range"))
    if percent(low) == percent(probability) == percent(high):
        return percent(probability)
    rare = display().rare_denominator
    if is_rare(probability) and (n := probability * rare) >= 1:
        return say(
            "frequency.rare", percent=percent(probability), low=percent(low), high=percent(high), n=f"{n:.0f}", of=rare
        )
    return say("frequency.percent", percent=percent(probability), low=percent(low), high=percent(high))


def amount(value: float | None) -> str:
    """Three significant figures without exponent; an en dash where nothing is known."""
    if value is None or not math.isfinite(value):
        return say("cli.no_value")
    if value != 0 and abs(value) < 1e-4:
        return f"{value:.2g}"
    digits = 3 - 1 - (math.floor(math.log10(abs(value))) if value else 0)
    rounded = round(value, digits)
    return f"{rounded:,.{max(0, digits)}f}".rstrip("0").rstrip(".") if digits > 0 else f"{rounded:,.0f}"


def ratio(weight: float) -> str:
    """A weight in log-odds as the factor on the odds."""
    return amount(math.exp(min(max(weight, -20.0), 20.0)))


def strength(weight: float) -> str:
    """A word for how far a weight moves the odds."""
    factor = math.exp(min(abs(weight), 50.0))
    return next(word for least, word in display().strength if factor >= least)


def odds_moved(probability: float, prior: float) -> float:
    """Log-odds from prior to probability; 0 where either is 0 or 1."""
    if not (0 < probability < 1 and 0 < prior < 1):
        return 0.0
    return math.log(probability / (1 - probability)) - math.log(prior / (1 - prior))


def lasting(days: float) -> str:
    """How long in words: "3 weeks", "10 days", "2 years"."""
    for unit, length in (("years", 365), ("months", 30), ("weeks", 7)):
        n = round(days / length)
        if n >= 2 and abs(days - n * length) < 0.02 * days:
            return say(f"web.chip.{unit}", n=n)
    if days < 1:
        return say("web.chip.hours")
    return say("web.chip.one_day") if days == 1 else say("web.chip.days", n=amount(days))

"""Which explanations lead an answer: those that a report tells whole, with reasons and sources."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from operator import attrgetter

from repletion.assessment.diet import lacks_raised
from repletion.assessment.model import Because, Explanation
from repletion.knowledge import load
from repletion.report import Reader
from repletion.report.items import NONE
from repletion.report.numbers import is_rare
from repletion.report.wording import display

Weighed = Callable[[Explanation], Sequence[Because]]
"""What moved an explanation."""


def relevance(explanation: Explanation) -> float:
    """How much an explanation belongs to this story: at work in what is felt, or raised above its prior."""
    return max(explanation.explains, explanation.probability - explanation.prior)


def belongs(explanation: Explanation, because: Weighed) -> bool:
    """Whether an explanation has to do with this story: behind something reported, told, shown by a result, or likely.

    What is merely common, or made a little commoner by how somebody lives, stands further down.
    """
    if explanation.at_work is None or not is_rare(explanation.at_work) or explanation.probability >= display().likely:
        return True
    return _is_raised(because(explanation), {"lab", "state"})


def is_named(explanation: Explanation, because: Weighed) -> bool:
    """Whether a patient reads this name: likely enough, or a little likely with something reported that raises it."""
    show = display()
    if explanation.probability >= show.least_probability:
        return True
    return explanation.probability >= show.least_probability_with_sign and _is_raised(
        because(explanation), {"finding", "lab"}
    )


def _is_raised(because: Iterable[Because], by: Collection[str]) -> bool:
    """Whether something present of these kinds raises an explanation so that it counts as a sign of it."""
    least = math.log(display().sign_odds)
    return any(b.present and b.weight >= least and b.kind in by for b in because)


def chosen(
    every: Sequence[Explanation], reader: Reader, because: Weighed = attrgetter("because")
) -> tuple[list[Explanation], list[Explanation], int]:
    """Explanations shown in full, shown in one line, and the number not named at all; ``every`` in their order."""
    if reader == "research":
        return list(every), [], 0
    least = 1 / display().rare_denominator if reader == "clinician" else 1.0
    named = [e for e in every if e.id == NONE or e.probability >= least or is_named(e, because)]
    of_story = [e for e in named if e.id != NONE and belongs(e, because)]
    ranked = sorted(of_story or [e for e in named if e.id != NONE], key=lambda e: -relevance(e))
    best = {e.id for e in ranked[: display().most_explanations]} | {NONE}
    # what leads the list leads the page, whatever else was chosen
    best |= {e.id for e in every[:1]}
    shown = [e for e in named if e.id in best]
    folded = [e for e in named if e.id not in best]
    if reader == "patient":
        folded = folded[: display().most_folded]
    return shown, folded, len(every) - len(shown) - len(folded)


def leading(every: Sequence[Explanation], because: Weighed) -> frozenset[str]:
    """Ids of those that a patient or a clinician is shown in full, and of the lacks for which foods are named."""
    knowledge = load()
    shown = [e for reader in ("patient", "clinician") for e in chosen(every, reader, because)[0]]
    foods = lacks_raised(every, knowledge)[: int(knowledge.rule("food_most_nutrients"))]
    return frozenset(e.id for e in (*shown, *foods))

"""Which explanations lead an answer: those that a report tells whole, with reasons and sources."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from repletion.assessment.diet import lacks_raised
from repletion.assessment.model import Explanation
from repletion.knowledge import load
from repletion.report.items import NONE
from repletion.report.numbers import is_rare
from repletion.report.readers import Reader
from repletion.report.wording import display

Raised = Callable[[Explanation, frozenset[str]], float]
"""The largest log-odds by which something present, of one of these kinds, raises an explanation; 0 without any."""
_SIGNS, _SHOWN = frozenset({"finding", "lab"}), frozenset({"lab", "state"})


def raised(explanation: Explanation, kinds: frozenset[str]) -> float:
    """See :data:`Raised`; from the reasons that an explanation holds."""
    return max((b.weight for b in explanation.because if b.present and b.kind in kinds), default=0.0)


def relevance(explanation: Explanation) -> float:
    """How much an explanation belongs to this story: at work in what is felt, or raised above its prior."""
    return max(explanation.explains, explanation.probability - explanation.prior)


def belongs(explanation: Explanation, by: Raised = raised) -> bool:
    """Whether an explanation has to do with this story: behind something reported, told, shown by a result, or likely.

    What is merely common, or made a little commoner by how somebody lives, stands further down.
    """
    if explanation.at_work is None or not is_rare(explanation.at_work) or explanation.probability >= display().likely:
        return True
    return by(explanation, _SHOWN) >= math.log(display().sign_odds)


def is_named(explanation: Explanation, by: Raised = raised) -> bool:
    """Whether a patient reads this name: likely enough, or a little likely with something reported that raises it."""
    show = display()
    if explanation.probability >= show.least_probability:
        return True
    if explanation.probability < show.least_probability_with_sign:
        return False
    return by(explanation, _SIGNS) >= math.log(show.sign_odds)


def chosen(
    every: Sequence[Explanation], reader: Reader, by: Raised = raised
) -> tuple[list[Explanation], list[Explanation], int]:
    """Explanations shown in full, shown in one line, and the number not named at all; ``every`` in their order."""
    if reader == "research":
        return list(every), [], 0
    least = 1 / display().rare_denominator if reader == "clinician" else 1.0
    # where nothing was reported, nothing is left to explain: "100 in 100" would only sound like an all-clear
    every = [e for e in every if e.id != NONE or e.probability < 1]
    named = [e for e in every if e.id == NONE or e.probability >= least or is_named(e, by)]
    of_story = [e for e in named if e.id != NONE and belongs(e, by)]
    ranked = sorted(of_story or [e for e in named if e.id != NONE], key=lambda e: -relevance(e))
    best = {e.id for e in ranked[: display().most_explanations]} | {NONE}
    # what leads the list leads the page, whatever else was chosen
    best |= {e.id for e in every[:1]}
    shown = [e for e in named if e.id in best]
    folded = [e for e in named if e.id not in best]
    if reader == "patient":
        folded = folded[: display().most_folded]
    return shown, folded, len(every) - len(shown) - len(folded)


def leading(every: Sequence[Explanation], by: Raised) -> frozenset[str]:
    """Ids of those that a patient or a clinician is shown in full, and of the lacks for which foods are named."""
    knowledge = load()
    shown = [e for reader in ("patient", "clinician") for e in chosen(every, reader, by)[0]]
    foods = lacks_raised(every, knowledge)[: int(knowledge.rule("food_most_nutrients"))]
    return frozenset(e.id for e in (*shown, *foods))

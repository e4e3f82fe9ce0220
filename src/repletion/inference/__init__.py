"""How probable is each state; what moved it; what to ask or test next.

Exact inference on a causal noisy-OR network (:class:`repletion.network.model.Network`). This floor knows no medicine:
arrays go in, arrays come out.
"""

from repletion.inference.evidence import ABSENT, PRESENT, Evidence, nothing_known
from repletion.inference.explanation import Explanation, explain
from repletion.inference.posterior import (
    Posterior,
    affordable_draws,
    drawn_interval,
    infer,
    infer_variants,
    interval,
    is_exact,
    log_evidence,
)
from repletion.inference.question import Factor, Question, QuestionValues, question_values

__all__ = [
    "ABSENT",
    "PRESENT",
    "Evidence",
    "Explanation",
    "Factor",
    "Posterior",
    "Question",
    "QuestionValues",
    "affordable_draws",
    "drawn_interval",
    "explain",
    "infer",
    "infer_variants",
    "interval",
    "is_exact",
    "log_evidence",
    "nothing_known",
    "question_values",
]

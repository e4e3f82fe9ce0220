"""How probable is each state; what moved it; what to ask or test next.

Exact inference on a causal noisy-OR network (:class:`repletion.network.model.Network`). This floor knows no medicine:
arrays go in, arrays come out.
"""

from repletion.inference.evidence import Evidence, nothing_known
from repletion.inference.posterior import Posterior, affordable_draws, infer, infer_variants, interval

__all__ = [
    "Evidence",
    "Posterior",
    "affordable_draws",
    "infer",
    "infer_variants",
    "interval",
    "nothing_known",
]

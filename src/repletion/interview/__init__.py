"""The interview: the few questions that settle most, one at a time.

>>> from repletion.interview import start
>>> interview = start("my eyelid has been twitching for 3 weeks, I am 41")  # doctest: +SKIP
>>> while (asked := interview.next()) is not None:                          # doctest: +SKIP
...     interview = interview.answer("not sure")
>>> interview.stop.reason, interview.assessment.explanations[0].label      # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from repletion.interview.interview import Interview, start
    from repletion.interview.model import Answered, Asked, Stop
    from repletion.interview.replay import Given, resume

_HOMES = {
    "Interview": "interview",
    "start": "interview",
    "Answered": "model",
    "Asked": "model",
    "Stop": "model",
    "Given": "replay",
    "resume": "replay",
}

__all__ = ["Answered", "Asked", "Given", "Interview", "Stop", "resume", "start"]


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

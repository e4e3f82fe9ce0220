"""Repletion: which nutrient shortfall, or which other explanation, is behind a symptom, and how sure that is.

    >>> import repletion
    >>> answer = repletion.assess(repletion.Case.read("case.yaml"))     # doctest: +SKIP
    >>> answer.triage.urgency, answer.explanations[0].label            # doctest: +SKIP

Names are loaded when they are first used, so that importing stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from repletion.version import __version__

if TYPE_CHECKING:
    from repletion.assessment.model import Assessment
    from repletion.assessment.stations import assess
    from repletion.case import Case, CaseError, Person
    from repletion.errors import Issue, KnowledgeError, RepletionError, UnknownName
    from repletion.foods import open_table as open_foods
    from repletion.foods.search import search as search_foods
    from repletion.knowledge import Knowledge
    from repletion.knowledge import load as load_knowledge
    from repletion.plan.model import Plan
    from repletion.plan.station import plan_case as plan
    from repletion.report import render


_HOMES = {
    "Assessment": ("repletion.assessment.model", "Assessment"),
    "Case": ("repletion.case", "Case"),
    "CaseError": ("repletion.case", "CaseError"),
    "Issue": ("repletion.errors", "Issue"),
    "Knowledge": ("repletion.knowledge", "Knowledge"),
    "KnowledgeError": ("repletion.errors", "KnowledgeError"),
    "Person": ("repletion.case", "Person"),
    "RepletionError": ("repletion.errors", "RepletionError"),
    "UnknownName": ("repletion.errors", "UnknownName"),
    "assess": ("repletion.assessment.stations", "assess"),
    "Plan": ("repletion.plan.model", "Plan"),
    "load_knowledge": ("repletion.knowledge", "load"),
    "open_foods": ("repletion.foods", "open_table"),
    "plan": ("repletion.plan", ""),  # a package that can be called
    "render": ("repletion.report", "render"),
    "search_foods": ("repletion.foods", "search"),
}

__all__ = [
    "Assessment",
    "Case",
    "CaseError",
    "Issue",
    "Knowledge",
    "KnowledgeError",
    "Person",
    "Plan",
    "RepletionError",
    "UnknownName",
    "__version__",
    "assess",
    "load_knowledge",
    "open_foods",
    "plan",
    "render",
    "search_foods",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    home = import_module(module)
    value = getattr(home, attribute) if attribute else home
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})

"""A case as the planner works on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from repletion.case.model import Case, Person
from repletion.errors import Issue
from repletion.intake.diary import Diary
from repletion.intake.tables import Authority
from repletion.knowledge import Knowledge
from repletion.plan.exclusions import Exclusions
from repletion.plan.safety import Effects
from repletion.plan.session import Session
from repletion.plan.start import Start
from repletion.triage import Triage


@dataclass(eq=False)
class Request:
    """A case read as far as a plan needs it; ``session`` is ``None`` when no plan may be made."""

    case: Case
    knowledge: Knowledge
    urgency: Triage
    effects: Effects
    excluded: Exclusions
    start: Start | None = None
    why: str = ""
    diary: Diary | None = None
    session: Session | None = None
    focus: frozenset[str] = frozenset()
    person: Person = field(default_factory=Person)
    authority: Authority = "NASEM"
    issues: list[Issue] = field(default_factory=list)

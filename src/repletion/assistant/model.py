"""What the tools take and give, as types; the schemas that an assistant sees are made from them.

Fields called ``typed`` hold words of the person, quoted.  Every number names the claims that it rests on.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from repletion.assessment.model import Citation, ClaimView, Versions
from repletion.intake.tables import Authority
from repletion.knowledge.models import Urgency

Reader = Literal["patient", "clinician"]


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """Options of every tool that reads a case."""

    on: Annotated[str, Meta(max_length=40)] | None = None
    authority: Authority = "NASEM"


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """Options of ``assess_case``."""

    reader: Reader = "patient"


class Nothing(msgspec.Struct, frozen=True, kw_only=True):
    """No options."""


class ExplainArguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of ``explain_state``."""

    state: Annotated[str, Meta(min_length=1, max_length=200)]
    reader: Reader = "patient"


class LookupArguments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of ``lookup_claim``."""

    id: Annotated[str, Meta(min_length=1, max_length=200)]


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """A rule behind the urgency, with the words that it fired on."""

    id: str
    message: str
    typed: tuple[str, ...]
    source: str
    locator: str
    assumed: bool


class UrgencyTold(msgspec.Struct, frozen=True, kw_only=True):
    """How soon to be seen.  ``no_food_advice``: food advice must not stand beside this answer."""

    level: Urgency
    heading: str
    lead: str
    why: tuple[Why, ...]
    no_food_advice: bool
    not_assessed: tuple[str, ...]


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What raised or lowered an explanation.  ``factor`` on the odds; ``typed``: the words it was read from."""

    what: str
    factor: str
    typed: str
    claims: tuple[str, ...]
    assumed: bool


class Likely(msgspec.Struct, frozen=True, kw_only=True):
    """One explanation.  ``chance`` and ``range`` are worded to be passed on; the numbers are 0-1."""

    id: str
    name: str
    medical: str
    kind: str
    chance: str
    range: str
    probability: float
    low: float
    high: float
    raised: tuple[Moved, ...]
    lowered: tuple[Moved, ...]
    prior_claims: tuple[str, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A question or test worth having next."""

    id: str
    what: str
    why: str


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the input that was not, or only partly, understood."""

    level: str
    where: str
    message: str
    remedy: str


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """Typed words, and what they were taken to mean."""

    typed: str
    meaning: str
    present: bool


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``assess_case``."""

    urgency: UrgencyTold
    explanations: tuple[Likely, ...]
    less_likely: tuple[str, ...]
    questions: tuple[Step, ...]
    tests: tuple[Step, ...]
    understood: tuple[Heard, ...]
    issues: tuple[Noted, ...]
    limits: tuple[str, ...]
    citations: tuple[Citation, ...]
    versions: Versions
    fingerprint: str


class QuestionTold(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``next_question``: a question, or why none is asked."""

    urgency: UrgencyTold
    id: str | None
    question: str | None
    why: str
    choices: tuple[str, ...]
    understood: tuple[Heard, ...]
    issues: tuple[Noted, ...]


class Figured(msgspec.Struct, frozen=True, kw_only=True):
    """A statement about people in general with its number and claim."""

    what: str
    figure: str
    claim: str
    assumed: bool


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence with where it was read."""

    text: str
    source: str
    locator: str
    assumed: bool


class StateTold(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``explain_state``; the whole record is at ``resource``."""

    id: str
    name: str
    medical: str
    kind: str
    definition: str
    summary: str
    common: tuple[Figured, ...]
    raised_by: tuple[Figured, ...]
    signs: tuple[Figured, ...]
    tests: tuple[str, ...]
    food: str
    treatment: Sentence | None
    time_course: Sentence | None
    safety: tuple[Sentence, ...]
    seek_help: tuple[Sentence, ...]
    remarks: tuple[Sentence, ...]
    resource: str
    review: str


class LineRead(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the diary and how it was read."""

    typed: str
    food: str | None
    grams: float | None
    status: str


class NutrientTold(msgspec.Struct, frozen=True, kw_only=True):
    """A nutrient's mean a day with its reference; ``coverage``: share of the diary whose amount is known."""

    nutrient: str
    amount: float | None
    unit: str
    coverage: float
    reference: float | None
    reference_kind: str | None
    adequacy: str | None
    low: float | None
    high: float | None
    upper_limit: str | None


class IntakeTold(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``intake_from_diary``."""

    days: int
    caution: str
    nutrients: tuple[NutrientTold, ...]
    lines: tuple[LineRead, ...]
    issues: tuple[Noted, ...]
    versions: Versions


class ChangeTold(msgspec.Struct, frozen=True, kw_only=True):
    """One change of the day."""

    food: str
    kind: str
    household: str
    brings: tuple[str, ...]
    label_check: bool


class PlanTold(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``plan_foods``.  ``care`` takes the place of a plan when it is there."""

    urgency: UrgencyTold
    status: str
    headline: str
    care: tuple[str, ...]
    changes: tuple[ChangeTold, ...]
    open_goals: tuple[str, ...]
    notes: tuple[str, ...]
    issues: tuple[Noted, ...]
    sources: tuple[str, ...]


class RecordTold(msgspec.Struct, frozen=True, kw_only=True):
    """The result of ``lookup_claim``."""

    kind: str
    id: str
    label: str
    claims: tuple[ClaimView, ...]
    citations: tuple[Citation, ...]
    used_by: tuple[str, ...]
    resource: str

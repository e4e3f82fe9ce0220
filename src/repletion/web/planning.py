"""The food plan, from what was told."""

from __future__ import annotations

from typing import Any, NamedTuple

from starlette.responses import Response

from repletion.foods import open_table
from repletion.knowledge import Knowledge
from repletion.plan.data import exclusion_words
from repletion.plan.model import NutrientRow, Plan, PlanVersions
from repletion.plan.station import plan_case
from repletion.report.plan import page_values
from repletion.report.wording import say
from repletion.triage import Triage
from repletion.version import __version__
from repletion.web.errands import progress
from repletion.web.forms import Asked
from repletion.web.pages import page
from repletion.web.reading import interview_of
from repletion.web.told import Told, after, changed, packed, unpacked

LONGEST = 200.0
"""Percent of a goal at which a bar is cut; its number stands beside it."""
WEEK = 7


def _wished(told: Told, asked: Asked) -> Told:
    """With the ways of eating that were ticked, and the foods that were refused."""
    if "eating_shown" in asked.form:
        ways = set(exclusion_words().ways)
        told = changed(told, eating=tuple(way for way in asked.all("eating") if way in ways))
    verb, _, what = asked.form.get("do", "").partition(":")
    refused = [part.strip() for part in asked.form.get("without", "").replace("\n", ",").split(",") if part.strip()]
    if verb == "not" and what:
        refused.append(what)
    if refused:
        told = changed(told, not_these=tuple(dict.fromkeys((*told.not_these, *refused))))
    if verb == "again":
        told = changed(told, not_these=tuple(name for name in told.not_these if name != what))
    return told


class Bar(NamedTuple):
    """A nutrient with the percent of its goal that the day brings ``before`` the plan and ``now``."""

    label: str
    before: float
    now: float

    @property
    def is_reached(self) -> bool:
        """Whether the goal was reached before and is reached now: a lay reader need not look at it."""
        return min(self.before, self.now) >= 100


def bars(rows: list[NutrientRow]) -> list[Bar]:
    """The shortest first."""
    found = [Bar(row.label, 100 * row.before / row.floor, 100 * row.after / row.floor) for row in rows if row.floor]
    return sorted(found, key=lambda bar: bar.before)


def _care_first(urgency: Triage, knowledge: Knowledge) -> Plan:
    """No plan: what is urgent comes first."""
    versions = PlanVersions(software=__version__, knowledge=knowledge.version, foods=open_table().version)
    return Plan(triage=urgency, status="withheld", headline=say("diet.later"), versions=versions)


def is_long(_asked: Asked) -> bool:
    """A plan always is: seconds, against hundredths of one for an answer."""
    return True


def plan(asked: Asked) -> Response:
    """``/plan``: the smallest change of the day that closes the gaps; care advice in its place where that is due."""
    told = _wished(after(unpacked(asked.form.get("told")), asked.form), asked)
    interview = interview_of(told)
    wants_week = asked.form.get("week") == "yes" or asked.form.get("do") == "week"
    urgency = interview.urgency  # with warning signs that only an answer raised
    if urgency.suppresses_plan:
        found = _care_first(urgency, interview.knowledge)
    else:
        found = plan_case(
            interview.case,
            pattern=told.eating,
            without=told.not_these,
            days=WEEK if wants_week else 0,
            authority=told.authority,
            knowledge=interview.knowledge,
            progress=progress,
        )
    values: dict[str, Any] = page_values(found)
    return page(
        "plan_page.html.j2",
        **values,
        told=told,
        packed=packed(told),
        urgency=urgency,
        withheld=urgency.suppresses_plan or found.status == "withheld",
        bars=bars(values["rows"]),
        longest=LONGEST,
        wants_week=wants_week,
        ways=[way for way in exclusion_words().ways if way != "omnivore"],
    )

"""The six tools: arguments in, the urgency line and a record out.  They read, and change nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from repletion.assistant import model, telling
from repletion.assistant.quoting import without_marks
from repletion.case import Case
from repletion.case.beside import OptionError, near, options_beside
from repletion.case.schema import CaseDocument
from repletion.interview.replay import Answers
from repletion.knowledge import load
from repletion.plan.wishes import Wishes
from repletion.report.json import plain
from repletion.report.wording import say

T = TypeVar("T", bound=msgspec.Struct)
Result = tuple[str, msgspec.Struct]
PREFIX = "#/$defs/"


def _split(arguments: Mapping[str, Any], kind: type[T]) -> tuple[T, Case, dt.date | None, model.Day]:
    """Options of a tool, the case, the day and the authority.  Raises :class:`OptionError`."""
    given = without_marks(arguments)
    fields = model.Day.__struct_fields__
    day, _, _ = options_beside({k: v for k, v in given.items() if k in fields}, model.Day)
    options, mapping, _ = options_beside({k: v for k, v in given.items() if k not in fields}, kind)
    try:
        on = dt.date.fromisoformat(day.on) if day.on else None
    except ValueError:
        raise OptionError(".on", "This is no day; write it as 2026-11-23.") from None
    today = on or dt.date.today()  # noqa: DTZ011 - the person's own calendar day
    return options, Case.from_mapping(mapping, today=today), on, day


def assess_case(arguments: Mapping[str, Any]) -> Result:
    """How soon to see a doctor, and what could explain it."""
    from repletion.assessment.stations import assess

    options, case, on, day = _split(arguments, model.Read)
    found = assess(case, on=on, authority=day.authority)
    return telling.urgency_line(found.triage), telling.assessed(found, options.reader)


def next_question(arguments: Mapping[str, Any]) -> Result:
    """The next question of the interview."""
    from repletion.interview import resume, start
    from repletion.interview.replay import standing

    options, case, on, day = _split(arguments, Answers)
    found = standing(resume(start(case, on=on, authority=day.authority), options.answers))
    return telling.urgency_line(found.triage), telling.asked(found)


def plan_foods(arguments: Mapping[str, Any]) -> Result:
    """The smallest change of the day that closes the gaps."""
    from repletion.plan.wishes import plan_as_wished

    options, case, _, day = _split(arguments, Wishes)
    found = plan_as_wished(case, options, authority=day.authority)
    return telling.urgency_line(found.triage), telling.planned(found)


def intake_from_diary(arguments: Mapping[str, Any]) -> Result:
    """A diary against reference intakes."""
    from repletion.report.intake import answer_case

    read = {key: value for key, value in arguments.items() if key in ("diary", "person")}
    rest = {key: value for key, value in arguments.items() if key not in read}
    _, case, _, day = _split({**rest, "case": read}, model.Nothing)
    return telling.not_assessed("why_diary"), telling.taken_in(answer_case(case, authority=day.authority))


def explain_state(arguments: Mapping[str, Any]) -> Result:
    """A page on one state.  Raises :class:`OptionError` with the nearest when there is none."""
    from repletion.handbook.build import state_page
    from repletion.handbook.naming import find_state, states_with

    options, known = _plain(arguments, model.ExplainArguments), load()
    name, nearest = find_state(known, options.state)
    if name is None:
        if with_it := states_with(known, options.state):
            names = ", ".join(with_it)
            raise OptionError(".state", say("assistant.names_finding", id=options.state, names=names), with_it)
        raise OptionError(".state", say("assistant.no_state", id=options.state), tuple(nearest))
    return telling.not_assessed("why_no_case"), telling.explained(state_page(known, name), options.reader)


def lookup_claim(arguments: Mapping[str, Any]) -> Result:
    """A record back to its source.  Raises :class:`OptionError` with the nearest when there is none."""
    from repletion.report.record import KINDS, record_view

    options, known = _plain(arguments, model.LookupArguments), load()
    for kind in KINDS:
        if options.id in getattr(known, kind):
            return telling.not_assessed("why_no_case"), telling.recorded(record_view(known, kind, options.id))
    ids = tuple(name for kind in KINDS for name in getattr(known, kind))
    raise OptionError(".id", say("assistant.no_record", id=options.id), near(options.id, ids))


def _plain(arguments: Mapping[str, Any], kind: type[T]) -> T:
    """Arguments of a tool that reads no case."""
    if "case" in arguments:
        raise OptionError(".case", "This tool reads no case.", tuple(kind.__struct_fields__))
    options, _, _ = options_beside(without_marks(arguments), kind)
    return options


@dataclass(frozen=True)
class Tool:
    """A tool: its work, the options it takes, the record it gives, and whether a ``case`` or a diary goes in."""

    name: str
    work: Callable[[Mapping[str, Any]], Result]
    options: tuple[type[msgspec.Struct], ...]
    gives: type[msgspec.Struct]
    required: tuple[str, ...] = ()

    def takes(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of the arguments."""
        _, defs = msgspec.json.schema_components([*self.options, CaseDocument], ref_template=f"{PREFIX}{{name}}")
        properties: dict[str, Any] = {}
        if self.required == ("case",):
            case = {"anyOf": [{"type": "string"}, {"$ref": f"{PREFIX}CaseDocument"}]}
            properties["case"] = {**case, "description": say("assistant.argument.case")}
        if "diary" in self.required:
            entries = defs["CaseDocument"]["properties"]
            properties |= {"diary": dict(entries["diary"]), "person": dict(entries["person"])}
        for kind in self.options:
            properties |= defs.pop(kind.__name__)["properties"]
        for name in properties:
            if (key := f"assistant.argument.{name}") in _known():
                properties[name] = {**properties[name], "description": say(key)}
        found = {
            "type": "object",
            "properties": properties,
            "required": list(self.required),
            "additionalProperties": False,
            "$defs": _used(properties, defs),
        }
        return dict(plain(found))

    def answer(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of the record."""
        _, defs = msgspec.json.schema_components([self.gives], ref_template=f"{PREFIX}{{name}}")
        return dict(plain({**defs.pop(self.gives.__name__), "$defs": defs}))


def _known() -> dict[str, str]:
    from repletion.report.wording import catalogue

    return catalogue()


def _used(value: Any, defs: Mapping[str, Any]) -> dict[str, Any]:
    """The definitions that a schema leads to, however far."""
    found: dict[str, Any] = {}
    queue = [value]
    while queue:
        part = queue.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).removeprefix(PREFIX)
            if name in defs and name not in found:
                found[name] = defs[name]
                queue.append(defs[name])
            queue += part.values()
        elif isinstance(part, list):
            queue += part
    return found


TOOLS = {
    tool.name: tool
    for tool in (
        Tool("assess_case", assess_case, (model.Read, model.Day), model.Assessed, ("case",)),
        Tool("explain_state", explain_state, (model.ExplainArguments,), model.StateTold, ("state",)),
        Tool("next_question", next_question, (Answers, model.Day), model.QuestionTold, ("case",)),
        Tool("intake_from_diary", intake_from_diary, (model.Day,), model.IntakeTold, ("diary",)),
        Tool("plan_foods", plan_foods, (Wishes, model.Day), model.PlanTold, ("case",)),
        Tool("lookup_claim", lookup_claim, (model.LookupArguments,), model.RecordTold, ("id",)),
    )
}

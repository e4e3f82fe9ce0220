"""A diary alone: how each line was read, the mean of a day, and how that stands against reference intakes."""

from __future__ import annotations

from typing import Any

import msgspec

from repletion.assessment.diet import read_diet
from repletion.assessment.model import IntakeRow, Versions
from repletion.case.model import Case, Person
from repletion.errors import Issue
from repletion.foods import open_table
from repletion.intake.diary import Diary, read_diary
from repletion.intake.tables import Authority
from repletion.intake.totals import NutrientTotal, line_as_dict, totals
from repletion.knowledge import load
from repletion.report.diet import cells, columns, remarks, row_of
from repletion.report.json import to_json
from repletion.report.numbers import amount
from repletion.report.text import Page
from repletion.report.view import worst_first
from repletion.report.wording import catalogue, display, say


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """A nutrient's mean per day with its reference, where there is one; fields as in the assessment's ``intake``.

    ``status``: *complete*, *partial* (some foods have no value: a lower bound) or *unknown* (null, never zero).
    ``ledgers``: the amount by origin.
    """

    nutrient: str
    label: str
    amount: float | None
    unit: str
    coverage: float
    status: str
    ledgers: dict[str, float | None]
    per_day: tuple[float, ...]
    reference: float | None = None
    reference_kind: str | None = None
    adequacy: str | None = None
    probability: float | None = None
    low: float | None = None
    high: float | None = None
    upper_limit: str | None = None
    notes: tuple[str, ...] = ()
    assumed: bool = False


class IntakeAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer of ``repletion intake``."""

    schema: str = "repletion.intake/1"
    person: Person
    authority: str
    days: tuple[str, ...]
    lines: tuple[dict[str, Any], ...]
    totals: tuple[Total, ...]
    issues: tuple[Issue, ...]
    versions: Versions


def _total(found: NutrientTotal, row: IntakeRow | None) -> Total:
    plain = Total(**{name: getattr(found, name) for name in found.__struct_fields__})
    if row is None:
        return plain
    # what is compared with a reference stands in the reference's unit
    shared = {f: getattr(row, f) for f in row.__struct_fields__ if f in Total.__struct_fields__}
    return msgspec.structs.replace(plain, **{**shared, "label": found.label})


def answer(words: str, person: Person, *, authority: Authority) -> tuple[IntakeAnswer, Diary, tuple[IntakeRow, ...]]:
    """The diary read, summed and compared.  Raises :class:`repletion.intake.entries.DiaryError`."""
    from repletion.version import __version__

    knowledge = load()
    diary = read_diary(words)
    diet = read_diet(Case(person=person, diary=words), knowledge, authority=authority)
    rows = {row.nutrient: row for row in diet.rows}
    found = IntakeAnswer(
        person=person,
        authority=authority,
        days=diary.days,
        lines=tuple(line_as_dict(line) for line in diary.lines),
        totals=tuple(_total(total, rows.get(total.nutrient)) for total in totals(diary)),
        issues=tuple(dict.fromkeys((*diary.issues, *diet.issues))),
        versions=Versions(software=__version__, knowledge=knowledge.version, foods=open_table().version),
    )
    return found, diary, diet.rows


def answer_case(case: Case, *, authority: Authority) -> IntakeAnswer:
    """The diary and the person of a case; a diary that cannot be read as a whole becomes an issue."""
    from repletion.intake.diary import DiaryError

    issues = list(case.issues)
    try:
        found, _, _ = answer(case.diary, case.person, authority=authority)
    except DiaryError as error:
        issues.append(Issue(level="error", where="diary", message=str(error), remedy=say("cli.diary_remedy")))
        found, _, _ = answer("", case.person, authority=authority)
    return msgspec.structs.replace(found, issues=tuple(dict.fromkeys((*issues, *found.issues))))


def render_intake(words: str, person: Person, *, authority: Authority, form: str, energy: bool = False) -> str:
    """The diary as text or JSON.  ``energy``: whether text shows energy too; JSON always holds it."""
    found, diary, rows = answer(words, person, authority=authority)
    if form == "json":
        return to_json(found)
    page = Page()
    page.line(say("cli.diary_lines"), style="bold")
    page.table(
        [(say(f"columns.diary.{name}"), name == "grams") for name in ("line", "text", "food", "grams", "status")],
        [
            [
                str(line.line),
                line.text,
                line.food.description if line.food else "",
                "" if line.grams is None else f"{amount(line.grams)} g",
                say(f"cli.line_status.{line.status}"),
            ]
            for line in diary.lines
        ],
    )
    page.heading(say("cli.diary_totals"))
    days = len(diary.days)
    page.line(catalogue()["diet.days.one" if days == 1 else "diet.days.other"].format(n=days))
    page.line(say("diet.intro"))
    if any(row.lower_bound_only for row in rows):
        page.line(say("diet.lower_bound_note"))
    page.line()
    hidden = display().hidden_from_patient
    shown = [row_of(row) for row in rows if row.nutrient not in hidden]
    for total in found.totals if energy else ():
        if total.nutrient in hidden:
            page.point(say("diet.note", nutrient=total.label, text=f"{amount(total.amount)} {total.unit}"))
    page.table(columns(is_patient=True), cells(shown, is_patient=True))
    for remark in remarks(shown, is_patient=False):
        page.point(remark)
    if found.issues:
        page.heading(say("section.issues"))
        page.issues(worst_first(found.issues))
    return page.text()

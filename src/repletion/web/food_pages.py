"""Foods to look up, and the diary with its totals."""

from __future__ import annotations

import math
import re

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from repletion.errors import Issue, UnknownName
from repletion.foods import Hit, open_table, search
from repletion.intake.diary import Diary, DiaryError
from repletion.report.diet import DietRow, remarks, row_of
from repletion.report.intake import Total, answer
from repletion.report.numbers import amount
from repletion.report.view import worst_first
from repletion.report.wording import catalogue, display, say
from repletion.web.forms import Asked
from repletion.web.pages import page
from repletion.web.reading import case_of, today
from repletion.web.told import MOST_DIARY, Told, after, changed, packed, unpacked

MOST_HITS = 12
LONGEST_QUERY = 200
GRAM = "g"
_PLACE = re.compile(r"(?:fndds|sr28|off|fdc):\d{1,24}")


def _unknown(food_id: str) -> int:
    """How many nutrients the release has no value for."""
    return sum(math.isnan(value) for value in open_table().amounts(food_id))


def foods(asked: Asked) -> Response:
    """``/foods``: search the food table; a query is a food's name and tells nothing about anybody."""
    query = asked.query.get("q", "")[:LONGEST_QUERY]
    hits = search(query, limit=MOST_HITS) if query.strip() else []
    rows = [(hit.food, _unknown(hit.food.id)) for hit in hits]
    table = open_table()
    count = f"{table.count + (table.own.count if table.own else 0):,}"
    return page("foods.html.j2", query=query, rows=rows, nutrients=len(table.nutrients), count=count)


def food(asked: Asked) -> Response:
    """``/foods/CODE``: what 100 g hold, what is not known, and household portions."""
    code = asked.path["code"]
    table = open_table()
    try:
        found = table.food(code) if _PLACE.fullmatch(code) else None
    except UnknownName:
        found = None
    if found is None:
        raise HTTPException(404)
    hidden = display().hidden_from_patient
    held = [
        (nutrient.label, None if math.isnan(value) else amount(float(value)), nutrient.unit.replace("ug", "µg"))
        for nutrient, value in zip(table.nutrients, table.amounts(code), strict=True)
        if nutrient.slug not in hidden or asked.query.get("energy")
    ]
    return page("food.html.j2", food=found, held=held, portions=table.portions(code), notes=table.notes(code))


def _line(asked: Asked) -> str:
    """The line of a diary for a food chosen from the list; weighed in grams, so that it is read back exactly."""
    code = asked.form.get("do", "").partition(":")[2]
    table = open_table()
    try:
        found = table.food(code) if _PLACE.fullmatch(code) else None
    except UnknownName:
        found = None
    if found is None:
        return ""
    place = asked.form.get(f"portion.{code}", GRAM)
    try:
        count = min(max(float(asked.form.get(f"count.{code}", "1").replace(",", ".")), 0.0), 5000.0)
    except ValueError:
        count = 1.0
    portions = table.portions(code)
    each = portions[int(place)].grams if place.isdecimal() and int(place) < len(portions) else 1.0
    if not math.isfinite(count) or count <= 0:
        return ""
    return f"{amount(count * each).replace(',', '')} g {found.description}"


def _with_food(told: Told, asked: Asked) -> Told:
    """The diary as edited, with the day and the food that were added."""
    text = asked.form.get("diary", told.diary)[:MOST_DIARY]
    verb = asked.form.get("do", "").partition(":")[0]
    if verb == "eat" and (line := _line(asked)):
        text = f"{text.rstrip()}\n{line}\n".lstrip("\n")
    if verb == "day":
        days = len(re.findall(r"(?im)^day\b", text))
        text = f"{text.rstrip()}\nDay {days + 1}\n" if days else f"Day 1\n{text.strip()}\nDay 2\n"
    return changed(told, diary=text[:MOST_DIARY])


def _found(query: str) -> list[tuple[Hit, list[tuple[str, str]], int]]:
    """Foods for a query, each with its household portions and what is not known about it."""
    table = open_table()
    rows = []
    for hit in search(query, limit=MOST_HITS):
        portions = [
            (str(place), say("web.diary.portion", portion=portion.description, grams=amount(portion.grams)))
            for place, portion in enumerate(table.portions(hit.food.id))
        ]
        rows.append((hit, [*portions, (GRAM, say("web.diary.gram"))], _unknown(hit.food.id)))
    return rows


def _without_energy(issue: Issue) -> Issue:
    """A remark that names energy, without it: nobody is shown energy who did not ask for it."""
    if not re.search(r"\bk(?:cal|J)\b", f"{issue.message} {issue.remedy}"):
        return issue
    return msgspec.structs.replace(
        issue, message=say("web.diary.incomplete"), remedy=say("web.diary.incomplete_remedy")
    )


def diary(asked: Asked) -> Response:
    """``/diary``: what was eaten, as lines; how it adds up, with what is not known."""
    told = _with_food(after(unpacked(asked.form.get("told")), asked.form), asked)
    query = asked.form.get("food", "").strip()[:LONGEST_QUERY]
    person = case_of(told, on=today()).person
    read: Diary | None = None
    rows: list[DietRow] = []
    issues: tuple[Issue, ...] = ()
    notes: tuple[str, ...] = ()
    energy: list[Total] = []
    days = problem = ""
    if told.diary.strip():
        try:
            found, read, intake = answer(told.diary, person, authority=told.authority)
            shown = asked.form.get("energy") == "yes"
            hidden = () if shown else display().hidden_from_patient
            rows = [row_of(row) for row in intake if row.nutrient not in hidden]
            energy = [t for t in found.totals if shown and t.nutrient in display().hidden_from_patient]
            issues = worst_first(issue if shown else _without_energy(issue) for issue in found.issues)
            days = catalogue()["diet.days.one" if len(read.days) == 1 else "diet.days.other"].format(n=len(read.days))
            notes = remarks(rows, is_patient=True)
        except DiaryError as error:
            problem = str(error)
    return page(
        "diary.html.j2",
        told=told,
        packed=packed(told),
        person=person,
        query=query,
        hits=_found(query) if query and not asked.form.get("do", "").startswith("eat:") else [],
        read=read,
        rows=rows,
        energy=energy,
        shows_energy=asked.form.get("energy") == "yes",
        issues=issues,
        days=days,
        notes=notes,
        problem=problem,
        nutrients=len(open_table().nutrients),
    )

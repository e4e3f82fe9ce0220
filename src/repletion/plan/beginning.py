"""Which day a plan begins with: the diary, the meals named in the case's words, or a typical day; and why."""

from __future__ import annotations

import msgspec

from repletion.case.model import Case, Person
from repletion.errors import Issue
from repletion.foods import open_table
from repletion.intake.diary import Diary, DiaryError, DiaryLine, read_diary
from repletion.plan.data import rule, say
from repletion.plan.exclusions import Exclusions
from repletion.plan.meals import typed_day
from repletion.plan.start import Start, energy_need, energy_of, from_diary, plausible, typical_day


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """The starting day, ``why`` it is this one, the ``diary`` if one was read, and issues.

    ``phrases``: words of the case that were taken for meals.
    """

    start: Start
    why: str
    diary: Diary | None = None
    issues: tuple[Issue, ...] = ()
    phrases: tuple[str, ...] = ()


def begin(case: Case, person: Person, excluded: Exclusions) -> Beginning:
    """The day to start from.  What the person wrote comes first; nothing of it is lost."""
    if case.diary.strip():
        return _from_diary(case.diary, person, excluded)
    typed = typed_day(case)
    if not typed.diary:
        return Beginning(start=typical_day(person, excluded), why=say("start_typical"))
    diary = _filled(read_diary(typed.diary), energy_need(person))
    seen = from_diary(diary, excluded)
    if plausible(seen, person) == "low":
        whole = completed(seen, typical_day(person, excluded))
        return Beginning(start=whole, why=say("start_words_low"), phrases=typed.phrases)
    return Beginning(start=seen, why=say("start_words"), diary=diary, phrases=typed.phrases)


def completed(seen: Start, typical: Start) -> Start:
    """The meals named, and for the energy that is left the typical day; what of it was named is not eaten twice."""
    named = {food.code for food in seen.foods} | {food.serving.code for food in seen.foods if food.serving}
    rest = [food for food in typical.foods if food.code not in named]
    left = energy_of(tuple(rest))
    share = max(0.0, typical.energy - seen.energy) / left if left > 0 else 0.0
    foods = (*seen.foods, *(msgspec.structs.replace(food, grams=food.grams * share) for food in rest))
    foods = tuple(sorted((food for food in foods if food.grams > 0), key=lambda food: food.code))
    return msgspec.structs.replace(
        typical, foods=foods, energy=energy_of(foods), unread=seen.unread, issues=seen.issues
    )


def _from_diary(text: str, person: Person, excluded: Exclusions) -> Beginning:
    typical = typical_day(person, excluded)
    try:
        diary = read_diary(text)
    except DiaryError as error:
        issue = Issue(level="error", where="diary", message=str(error), remedy=say("diary_remedy"))
        return Beginning(start=typical, why=say("start_empty"), issues=(issue,))
    seen = from_diary(diary, excluded)
    if not seen.foods:
        key = "start_no_food" if seen.supplements or seen.open_doses else "start_empty"
    else:
        key = {"": "", "low": "start_low", "high": "start_high"}[plausible(seen, person)]
    if not key:
        days = "one day" if seen.days == 1 else f"{seen.days} days"
        return Beginning(start=seen, why=say("start_diary", days=days), diary=diary)
    kept = msgspec.structs.replace(
        typical,
        supplements=seen.supplements,
        open_doses=seen.open_doses,
        unread=seen.unread,
        issues=seen.issues,
    )
    return Beginning(start=kept, why=say(key), diary=diary)


def _filled(diary: Diary, need: float) -> Diary:
    """Meals named without amounts, with their usual portions drawn towards ``need`` (kcal a day), within reason."""
    table = open_table()
    column = table.index("energy")

    def kcal(line: DiaryLine) -> float:
        if line.food is None or not line.grams:
            return 0.0
        amount = float(table.amounts(line.food.id)[column])
        return 0.0 if amount != amount else amount * line.grams / 100

    def open_amount(line: DiaryLine) -> bool:
        return line.status in ("assumed_portion", "doubtful") and not any(map(str.isdigit, line.text))

    loose = sum(kcal(line) for line in diary.lines if open_amount(line))
    fixed = sum(kcal(line) for line in diary.lines if not open_amount(line))
    if loose <= 0:
        return diary
    times = min(max((need - fixed) / loose, 1.0), rule("portion_times"))
    lines = tuple(
        msgspec.structs.replace(line, grams=line.grams * times) if open_amount(line) and line.grams else line
        for line in diary.lines
    )
    return msgspec.structs.replace(diary, lines=lines)

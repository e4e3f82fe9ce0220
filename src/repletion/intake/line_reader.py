"""Reads the lines of a diary one after the other: headings, foods, supplements, and what nobody understands."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec

from repletion.errors import Issue
from repletion.foods import Food, Hit
from repletion.intake.barcodes import read_barcode
from repletion.intake.entries import Diary, DiaryLine, Status
from repletion.intake.left_out import eaten
from repletion.intake.lines import Amount, Said, read_amount, split_line, without_time
from repletion.intake.matching import find_food
from repletion.intake.pieces import pieces
from repletion.intake.portions import Weighed, beside, weigh, which_pint
from repletion.intake.supplements import read_bracketed, read_supplement
from repletion.intake.wording import reading, words

_BULLET = re.compile(r"^\s*(?:[-*•·–—▪◦>]+\s+|\d{1,2}[.)]\s+|\[[ xX]?\]\s*)+")
_DATE = re.compile(
    r"^(?:\w{3,9},?\s+)?(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{1,2}(?:st|nd|rd|th)?\s+[A-Z][a-z]{2,8}"
    r"(?:\s+\d{4})?|[A-Z][a-z]{2,8}\s+\d{1,2}(?:st|nd|rd|th)?(?:,?\s+\d{4})?)\s*:?$"
)
_DAY = re.compile(r"^(?:.*\b)?day\s*#?\s*(?:\d+|one|two|three|four|five|six|seven)\b[\s:.)-]*", re.I)


class Reader:
    """Reads lines one after the other; keeps the day and meal that the headings set."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.day = "1"
        self.meal = ""
        self.lines: list[DiaryLine] = []
        self.issues: list[Issue] = []
        self._meals = set(words().meals)
        self._none = set(words().none)
        self._weekdays = set(words().weekdays)

    def finish(self, columns: tuple[str, ...] = ()) -> Diary:
        """The diary, with a word on days that look incomplete."""
        diary = Diary(days=tuple(dict.fromkeys(line.day for line in self.lines)), lines=tuple(self.lines))
        self._look_incomplete(diary)
        return msgspec.structs.replace(diary, issues=tuple(self.issues), columns=columns)

    def say(self, level: Literal["note", "warning", "error"], line: int, message: str, remedy: str) -> None:
        """Add an issue."""
        place = f"{self.where} line {line}" if line else self.where
        self.issues.append(Issue(level=level, where=place, message=message, remedy=remedy))

    def fail(self, line: int, text: str, remedy: str, alternatives: tuple[str, ...] = (), why: str = "") -> None:
        """Keep a line that was not understood."""
        text = text[:200]
        self.lines.append(self._line(line, text, status="not_understood", alternatives=alternatives, note=why))
        self.say(
            "error", line, f"{text!r} was not understood{f': {why}' if why else ''}; it is not in the totals.", remedy
        )

    def _line(self, line: int, text: str, *, status: Status, **more: Any) -> DiaryLine:
        return DiaryLine(line=line, text=text, status=status, meal=self.meal, day=self.day, **more)

    def known(self, line: int, text: str, food: Food, grams: float) -> None:
        """Keep a food that the source names by its code, with its weight."""
        found = self._line(line, text[:200], status="matched", food=food, grams=grams, low=grams, high=grams)
        self.lines.append(msgspec.structs.replace(found, score=100.0, note="by its code"))

    def brought(self, line: int, text: str, amounts: dict[str, float], note: str, grams: float | None = None) -> None:
        """Keep a line with the nutrients that its export gives."""
        self.lines.append(self._line(line, text[:200], status="brought", grams=grams, note=note, brought=amounts))

    def read(self, number: int, raw: str) -> None:
        """One line of free text: heading, "nothing", or foods."""
        text = raw.replace("\t", " ").replace("\u00a0", " ").strip()
        if len(text) > reading().largest_line_characters:
            self.fail(number, text, "Write one food a line.", why="the line is too long")
            return
        if re.fullmatch(r"[#=_*~\s]*", text):
            return
        if text.lower() in self._none or re.fullmatch(r"[-–—]+", text):
            self.lines.append(self._line(number, text, status="no_food"))
            return
        heading = text.startswith("#")
        text = text.lstrip("#").strip().strip("*_").strip()
        text = without_time(_BULLET.sub("", text)).strip()
        rest = self._heading(text, heading)
        if rest is None or not rest:
            return
        if rest.lower().strip(" .!") in self._none or re.match(r"(?i)(?:skipped|no|missed)\s+(?:\w+)$", rest):
            self.lines.append(self._line(number, rest, status="no_food"))
            return
        self.read_item(number, rest)

    def _heading(self, text: str, marked: bool) -> str | None:
        """Set day or meal; what is left of the line, or None when all of it was heading."""
        bare = text.rstrip(" :.-–").lower()
        if _DATE.match(text) or bare in self._weekdays:
            self.day, self.meal = text.rstrip(" :"), ""
            return None
        if match := _DAY.match(text):
            left = text[match.end() :].strip()
            if marked or not left or left.split(":")[0].lower() in self._meals or len(match[0]) < 9:
                self.day, self.meal = match[0].rstrip(" :.-)"), ""
                return self._heading(left, marked) if left else None
        if bare in self._meals or (marked and bare):
            self.meal = text.rstrip(" :.-–")
            return None
        first, colon, rest = text.partition(":")
        if colon and self._names_a_meal(first.strip(), rest.strip()):
            self.meal = first.strip()
            return rest.strip()
        first, dash, rest = re.sub(r"\s[-–—]\s|[–—]", "\0", text, count=1).partition("\0")
        if dash and first.strip().lower() in self._meals:
            self.meal = first.strip()
            return rest.strip()
        return text

    def _names_a_meal(self, first: str, rest: str) -> bool:
        """Whether the words before a colon are a heading: a known one, or short and no food."""
        if first.lower() in self._meals or not rest:
            return len(first.split()) <= 4
        if first.lower() in words().meals_before_colon:
            return read_amount(rest) is None
        if len(first.split()) > 3 or re.search(r"\d", first) or read_amount(rest) is not None:
            return False
        hits = find_food(first)
        return not hits or hits[0].score < reading().doubtful_score

    def read_item(self, number: int, text: str, *, food: str | None = None, amount: str | None = None) -> None:
        """One or several foods in one piece of text (or ``food`` and ``amount`` apart)."""
        if food is not None and amount is not None:
            if re.match(r"\s*[-−–]\s*\d", amount):
                self.fail(number, text, "Check the amount.", why="it is below zero")
                return
            measured = read_amount(amount) or read_amount(re.sub(r"\([^)]*\)", " ", amount)) if amount else None
            if measured is not None or not amount:
                self._one(number, text, Said(food=food, amount=measured))
                return
        if not re.search(r"[^\W_]", text):
            self.fail(number, text, "Write a food, such as '2 slices toast'.")
            return
        left = self._by_barcode(number, text)
        if not left:
            return
        text, gone = eaten(left)
        if gone:
            self.say("note", number, f"{left!r}: without {', '.join(gone)}; that was not counted.",
                     "Write what was eaten where this is wrong.")  # fmt: skip
        if not text:
            self.lines.append(self._line(number, left, status="no_food"))
            return
        previous: tuple[Food, Amount | None, float] | None = None
        for piece, added in pieces(text):
            previous = self._one(number, piece, split_line(piece), beside_of=previous if added else None) or previous

    def _by_barcode(self, number: int, text: str) -> str:
        """Read a line that names its product by a barcode; what is left to be read, all of it when it holds none."""
        scanned = read_barcode(text)
        if scanned is None:
            return text
        if scanned.food is not None and scanned.weighed is not None:
            self._keep(number, text, Hit(scanned.food, 100.0), scanned.weighed, ())
        elif scanned.rest:
            self.say("note", number, f"{text!r}: {scanned.why}; it was read by its name.", scanned.remedy)
        else:
            self.fail(number, text, scanned.remedy, why=scanned.why)
        return scanned.rest

    def _one(
        self, number: int, text: str, said: Said, *, beside_of: tuple[Food, Amount | None, float] | None = None
    ) -> tuple[Food, Amount | None, float] | None:
        """Read one food; returns it with its weight, for what stands beside it."""
        settings = reading()
        where = f"{self.where} line {number}"
        name = said.food
        # The bracket first: "magnesium citrate 1000 mg (160 mg elemental)" is 160 mg.
        taken = read_bracketed(text, where=where) or read_supplement(text, None, where=where, said=text)
        taken = taken or read_supplement(name, said.amount, where=where, said=text)
        if taken is not None:
            self.lines.append(self._line(number, text, status="supplement", doses=taken.doses, note=taken.note))
            if taken.issue is not None:
                self.issues.append(taken.issue)
            return None
        unmeasured = next((phrase for phrase in words().unmeasured if phrase in name.lower()), None)
        if unmeasured:
            name = re.sub(re.escape(unmeasured), "", name, flags=re.IGNORECASE).strip(" ,")
        if said.amount is None and name.lower().strip(" .") in words().seasonings:
            unmeasured = name
        hits = find_food(name) if name else ()
        if not hits or hits[0].score < settings.doubtful_score:
            near = tuple(hit.food.description for hit in hits[:3])
            remedy = f"Nearest foods: {'; '.join(near)}." if near else "Use a plainer name, such as 'bread' or 'soup'."
            self.fail(number, text, remedy, near)
            return None
        best = hits[0]
        if unmeasured:
            self.lines.append(self._line(number, text, status="unmeasured", food=best.food, note="amount not known"))
            self.say(
                "note",
                number,
                f"{text!r}: how much is not said; counted as unknown, not zero.",
                "Give an amount, such as '1/4 tsp'.",
            )
            return None
        weighed = beside(best.food, *beside_of) if beside_of and said.amount is None else None
        amount = said.amount
        if amount is not None and amount.unit is not None and amount.unit.name == "pint":
            amount, remark = which_pint(amount, text)
            self.say("note", number, f"{text!r}: {remark}", "Write milliliters, or 'US pint' or 'UK pint'.")
        weighed = weighed or weigh(best.food, amount, name)
        self._keep(number, text, best, weighed, hits)
        return best.food, said.amount, weighed.grams

    def _keep(self, number: int, text: str, best: Hit, weighed: Weighed, hits: tuple[Hit, ...]) -> None:
        """Keep a line with its food and weight, and say what of it is doubtful or assumed."""
        if weighed.grams > reading().impossible_grams:
            self.fail(number, text, "Check number and unit.", why=f"{weighed.grams:,.0f} g cannot be eaten in a day")
            return
        doubtful = best.score < reading().good_score
        status: Status = "doubtful" if doubtful else "assumed_portion" if weighed.assumed else "matched"
        kept = self._line(
            number, text, status=status, food=best.food, grams=weighed.grams, low=weighed.low, high=weighed.high,
            note=weighed.how, score=best.score,
            alternatives=tuple(hit.food.description for hit in hits[1:4]) if doubtful else (),
        )  # fmt: skip
        self.lines.append(kept)
        self._remark(number, text, best, hits, weighed, doubtful)

    def _remark(
        self, number: int, text: str, best: Hit, hits: tuple[Hit, ...], weighed: Weighed, doubtful: bool
    ) -> None:
        if doubtful:
            others = "; ".join(hit.food.description for hit in hits[1:4])
            self.say(
                "warning",
                number,
                f"{text!r} was taken for {best.food.description!r}, which is doubtful.",
                f"Or did you mean: {others}?",
            )
        elif weighed.assumed:
            self.say(
                "note",
                number,
                f"{text!r}: portion assumed, {weighed.grams:.0f} g ({weighed.how}).",
                "Give a weight or a measure, such as '150 g' or '1 cup'.",
            )
        if weighed.grams > reading().implausible_grams:
            self.say(
                "warning",
                number,
                f"{text!r} comes to {weighed.grams:,.0f} g, more than a person eats at once.",
                "Check number and unit.",
            )

    def _look_incomplete(self, diary: Diary) -> None:
        from repletion.intake.totals import day_matrix

        if not any(line.food is not None for line in diary.lines):
            return
        matrix = day_matrix(diary, ledger="food")
        column = matrix.nutrients.index("energy")
        for day, energy in zip(diary.days, matrix.amounts[:, column], strict=True):
            if energy < reading().incomplete_below_kcal:
                self.say(
                    "warning",
                    0,
                    f"Day {day!r} adds up to {energy:.0f} kcal; it looks incomplete.",
                    "Add what is missing, or leave the day out.",
                )

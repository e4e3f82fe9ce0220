"""Harmed uploads: never a traceback, never a wrong row, nothing lost in silence."""

from __future__ import annotations

import csv
import io
import random
import sys
from pathlib import Path

import pytest

from repletion.intake.diary import Diary, DiaryError, decode, read_diary
from repletion.intake.totals import intake_as_dict

sys.path.insert(0, str(Path(__file__).parent))
import exports

ROUNDS = 60


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def written(table: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue()


def broken_quote(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    place = dice.randrange(1, len(lines) - 1)
    at = dice.randrange(len(lines[place]) + 1)
    lines[place] = lines[place][:at] + '"' + lines[place][at:]
    return "\n".join(lines)


def lost_or_extra_mark(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    place = dice.randrange(1, len(lines) - 1)
    line = lines[place]  # a mark inside a quoted cell belongs to its words and moves no cell
    commas = [at for at, char in enumerate(line) if char == "," and line[:at].count('"') % 2 == 0]
    if not commas:
        return text
    at = dice.choice(commas)
    lines[place] = lines[place][:at] + dice.choice(("", ",,")) + lines[place][at + 1 :]
    return "\n".join(lines)


def cut_off(text: str, dice: random.Random) -> str:
    return text[: dice.randrange(text.index("\n") + 1, len(text))].rpartition(",")[0]


def blank_lines_and_title(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    lines.insert(dice.randrange(1, len(lines)), dice.choice(("", " ", "," * lines[0].count(","))))
    return "\n".join([*dice.choice(([], ["My diary"])), *lines])


def doubled_column(text: str, dice: random.Random) -> str:
    table = rows(text)
    place = dice.randrange(len(table[0]))
    return written([[*row, *row[place : place + 1]] for row in table])


def huge_cell(text: str, dice: random.Random) -> str:
    table = rows(text)
    row = dice.choice([row for row in table[1:] if row] or table[:1])
    row[dice.randrange(len(row))] = dice.choice(("x", "9", '"')) * dice.choice((700, 140_000))
    return written(table)


def other_line_ends(text: str, dice: random.Random) -> str:
    return text.replace("\n", dice.choice(("\r\n", "\r")))


def dropped_column(text: str, dice: random.Random) -> str:
    table = rows(text)
    place = dice.randrange(max(1, len(table[0])))
    return written([row[:place] + row[place + 1 :] for row in table])


HARMS = (broken_quote, lost_or_extra_mark, cut_off, blank_lines_and_title, doubled_column, other_line_ends)


def facts(diary: Diary) -> dict[tuple[object, ...], int]:
    """What the rows that were understood say; a comma doubled inside a name changes nothing."""
    return {
        (line.text.replace(",,", ","), line.day, line.meal, line.status, line.food and line.food.id, line.grams,
         tuple(sorted(line.brought.items()))): line.line
        for line in diary.lines if line.status != "not_understood"
    }  # fmt: skip


@pytest.mark.parametrize("label", exports.ALL)
def test_no_harm_gives_a_wrong_row(label):
    text = exports.ALL[label]
    whole = facts(read_diary(text))
    dice = random.Random(label)
    for _ in range(ROUNDS):
        harm = dice.choice(HARMS)
        harmed = harm(text, dice)
        try:
            found = read_diary(harmed)
        except DiaryError:
            continue
        intake_as_dict(found)
        wrong = set(facts(found)) - set(whole)
        assert not wrong, (harm.__name__, harmed, wrong)
        if harm is not cut_off and len(facts(found)) < len(whole):
            assert any(issue.level == "error" for issue in found.issues), (harm.__name__, harmed)


@pytest.mark.parametrize("label", exports.ALL)
def test_no_harm_gives_a_traceback(label):
    text = exports.ALL[label]
    dice = random.Random(f"{label} again")
    for _ in range(ROUNDS // 3):
        harmed = text
        for _ in range(dice.randrange(3)):
            harmed = dice.choice(HARMS)(harmed, dice) if harmed.count("\n") > 2 else harmed
        if harmed.count("\n") > 1:
            harmed = dice.choice((huge_cell, dropped_column))(harmed, dice)
        data = harmed.encode(dice.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")))
        if dice.random() < 0.3:
            at = dice.randrange(len(data))
            data = data[:at] + dice.randbytes(3) + data[at:]
        try:
            found = read_diary(decode(data))
        except DiaryError as error:
            assert len(str(error)) < 300
        else:
            intake_as_dict(found)
            assert all(len(issue.message) < 700 for issue in found.issues)

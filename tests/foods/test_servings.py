"""The everyday servings: every code in the food table, diets and allergens as the words say."""

import subprocess
import sys
from pathlib import Path

from repletion.foods import open_table
from repletion.knowledge.servings import GROUPS, Serving, problems, servings

TABLE = open_table()
SERVINGS = servings()
ALL = list(SERVINGS.values())
ROOT = Path(__file__).parents[2]


def amount(serving: Serving, nutrient: str) -> float:
    """Per 100 g."""
    return float(TABLE.amounts(serving.code)[TABLE.index(nutrient)])


def described(serving: Serving) -> str:
    return TABLE.food(serving.code).description


def test_there_are_enough_and_of_every_group():
    assert len(ALL) >= 1500
    assert {serving.group for serving in ALL} == set(GROUPS)


def test_nothing_contradicts_itself_and_every_code_is_in_the_food_table():
    assert problems(SERVINGS, TABLE.ids) == []


def test_the_shipped_files_are_those_of_the_rules():
    command = [sys.executable, str(ROOT / "scripts/build_servings.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout

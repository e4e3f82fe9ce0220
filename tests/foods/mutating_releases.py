"""Releases of food data broken at random, with a seed: no crash, and no product with another one's numbers.

``python tests/foods/mutating_releases.py 2500`` (with ``src`` on the path) runs so many; the suite runs a few.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from repletion.foods.own import OwnTable
from repletion.foods.releases import ReleaseError, take

FOODS = range(1, 9)
# One break a line, and none that could turn one number into another: then what is taken must be what was written.
JUNK = [
    '"',
    "\t",
    ",",
    "\n",
    "\r",
    "{",
    "}",
    "[",
    "]",
    ":",
    "\\",
    "\x00",
    "\u2028",
    "é",
    "💊",
    '""',
    "\ufeff",
    "x",
    "-x",
]


def protein(n: int) -> float:
    """What food ``n`` holds, unlike every other."""
    return n + 0.25


def _code(n: int) -> str:
    return f"{n:08d}"


def lines(chance: random.Random) -> tuple[str, bytes]:
    """Open Food Facts as lines."""
    rows = [
        json.dumps({"code": _code(n), "product_name": f"Food {_code(n)}", "nutriments": {"proteins_100g": protein(n)}})
        for n in FOODS
    ]
    return "p.jsonl", "\n".join(_broken(rows, chance)).encode("utf-8", "surrogatepass")


def table(chance: random.Random) -> tuple[str, bytes]:
    """Open Food Facts as a table."""
    rows = ["code\tproduct_name\tserving_quantity\tproteins_100g"]
    rows += [f"{_code(n)}\tFood {_code(n)}\t30\t{protein(n)}" for n in FOODS]
    return "p.csv", ("\n".join([rows[0], *_broken(rows[1:], chance)]) + "\n").encode()


def foods(chance: random.Random) -> tuple[str, bytes]:
    """FoodData Central as JSON, a food a line."""
    rows = [
        json.dumps({"fdcId": n, "description": f"Food {_code(n)}",
                    "foodNutrients": [{"nutrient": {"number": "203", "unitName": "g"}, "amount": protein(n)}]}) + ","
        for n in FOODS
    ]  # fmt: skip
    rows[-1] = rows[-1].rstrip(",")
    return "p.json", ("\n".join(['{"FoundationFoods": [', *_broken(rows, chance), "]}"])).encode()


def tables(chance: random.Random) -> tuple[str, bytes]:
    """FoodData Central as tables in a zip."""
    values = ['"id","fdc_id","nutrient_id","amount"', *(f'"{n}","{n}","1003","{protein(n)}"' for n in FOODS)]
    named = ['"fdc_id","data_type","description"', *(f'"{n}","foundation_food","Food {_code(n)}"' for n in FOODS)]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as pack:
        pack.writestr("nutrient.csv", '"id","name","unit_name","nutrient_nbr"\n"1003","Protein","G","203"\n')
        pack.writestr("food_nutrient.csv", "\n".join([values[0], *_broken(values[1:], chance)]))
        pack.writestr("food.csv", "\n".join([named[0], *_broken(named[1:], chance)]))
    return "p.zip", packed.getvalue()


def _broken(rows: list[str], chance: random.Random) -> list[str]:
    """Some lines with one thing put in, taken out (never a digit), cut off, lost or doubled."""
    out = []
    for row in rows:
        kind = chance.random()
        at = chance.choice(
            [i for i in range(len(row) + 1) if not set(row[max(0, i - 1) : i + 1]) <= set("0123456789.")]
        )
        if kind < 0.5:
            out.append(row)
        elif kind < 0.75:
            out.append(row[:at] + chance.choice(JUNK) + row[at:])
        elif kind < 0.85:
            held = chance.choice([i for i, sign in enumerate(row) if not sign.isdigit() and sign != "."])
            out.append(row[:held] + row[held + 1 :])
        elif kind < 0.9:
            out.append(row[: chance.choice([i for i, sign in enumerate(row) if not sign.isdigit() and sign != "."])])
        elif kind < 0.95:
            out += [row, row]
    return out


MAKERS: tuple[Callable[[random.Random], tuple[str, bytes]], ...] = (lines, table, foods, tables)


def one(chance: random.Random, folder: Path) -> str:
    """Break one release and take it in; what came of it."""
    name, data = chance.choice(MAKERS)(chance)
    if chance.random() < 0.05:
        data = data[: chance.randrange(len(data))]  # the file breaks off
    file, into = folder / name, folder / "own.sqlite"
    file.write_bytes(data)
    into.unlink(missing_ok=True)
    try:
        taken = take(file, into)
    except ReleaseError as error:
        assert len(str(error)) > 20
        assert not into.exists()
        return "refused"
    for issue in taken.issues:
        assert issue.message
        assert issue.remedy
        assert " line " in issue.where or " food " in issue.where
    if not taken.taken:
        assert not into.exists()
        return "nothing"
    own = OwnTable(into)
    for row_id in [row[0] for row in own._db.execute("SELECT id FROM food")]:
        row = own.row(row_id)
        assert row is not None
        own_number = row_id.partition(":")[2]
        (amount,) = own.amounts(row_id, ["protein"])
        assert own_number.isdigit()
        assert amount != amount or amount == protein(int(own_number)), (row, amount)
        digits = "".join(sign for sign in row.description if sign.isdigit())
        assert int(digits or 0) in (int(own_number), 0) or len(digits) < 8, row
    own._db.close()
    return "taken with remarks" if taken.issues else "taken"


def run(n: int, seed: int) -> Counter[str]:
    """``n`` broken releases; counts of what came of them."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        return Counter(one(chance, Path(folder)) for _ in range(n))


if __name__ == "__main__":
    csv.field_size_limit(10_000_000)
    began = time.process_time()
    print(run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1), f"{time.process_time() - began:.0f} s")

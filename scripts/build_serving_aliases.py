"""Build the table that leads from a food of the food table to the everyday serving that stands for it.

A diary names many foods that are no serving of their own: the same food without word of how it was cooked, with fat
added, toasted.  ``servings/aliases.csv`` holds those picked by hand; the others follow from the description: the same
once its qualifiers are taken away, within the same category of the table.

    python scripts/build_serving_aliases.py            # writes knowledge/data/foods/serving_aliases.csv
    python scripts/build_serving_aliases.py --check    # exit 1 when the shipped file differs
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections import defaultdict
from pathlib import Path

from repletion.foods import open_table
from repletion.knowledge.servings import ALIASES, servings

PICKED = Path(__file__).parent / "servings" / "aliases.csv"
# What says nothing about which food it is, for a plan in household servings.
QUALIFIER = re.compile(
    r"NFS|NS as to [^,;]*|(?:no )?(?:added? )?fat(?: (?:not )?added| eaten| type)?|lean (?:and fat|only) eaten|"
    r"made with (?:oil|butter|margarine|animal fat or meat drippings|cooking spray)|from (?:fresh|pre-cooked|dried)|"
    r"(?:with|cooked with) (?:oil|butter|margarine|animal fat|shortening|lard|cooking spray)|fresh|toasted|cooked|"
    r"fat added|no added fat|\bin cooking\b|from restaurant|from fast food(?: / restaurant)?|home recipe",
    re.IGNORECASE,
)


def stem(description: str) -> str:
    """The description without qualifiers, folded."""
    plain = QUALIFIER.sub(" ", description.replace("frozen, cooked", "frozen"))
    return " ".join(word for word in re.findall(r"[a-z0-9%]+", plain.casefold()) if word not in ("and", "or", "with"))


def build() -> list[tuple[str, str, str]]:
    """``(food, serving, basis)``, by food.  A stem that fits more than one serving names none."""
    table, known = open_table(), servings()
    with PICKED.open(encoding="utf-8", newline="") as handle:
        found = {row["food"]: (row["serving"], "picked") for row in csv.DictReader(handle, strict=True)}
    stems: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code in known:
        food = table.food(code)
        stems[food.category, stem(food.description)].add(code)
    for code in sorted(table.ids):
        if code in known or code in found or code.startswith("sr28"):
            continue
        food = table.food(code)
        fitting = stems.get((food.category, stem(food.description)), set())
        if len(fitting) == 1:
            found[code] = (next(iter(fitting)), "description")
    return sorted((food, serving, basis) for food, (serving, basis) in found.items())


def main() -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the shipped file differs")
    args = parser.parse_args()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    rows = build()
    writer.writerows([("food", "serving", "basis"), *rows])
    if args.check:
        same = ALIASES.read_text(encoding="utf-8") == text.getvalue()
        print("the shipped aliases are those of the rules" if same else "the shipped aliases differ")
        return 0 if same else 1
    ALIASES.write_text(text.getvalue(), encoding="utf-8")
    print(f"{len(rows)} foods lead to a serving")
    return 0


if __name__ == "__main__":
    sys.exit(main())

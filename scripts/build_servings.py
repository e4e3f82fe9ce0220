"""Build the table of everyday servings from the food table, rules and hand-made picks.

``servings/picks.csv``: which foods, by what name, and what a rule cannot know.  ``servings/kinds.csv``: what holds for
a whole kind (meals, most servings a day, portion, diet, allergens).  ``servings/words.csv``: what a word of the
table's description says.  ``servings/limits.csv``: tags that follow from composition.  The same files give the same
bytes.

    python scripts/build_servings.py            # writes knowledge/data/servings/*.csv
    python scripts/build_servings.py --check    # exit 1 when the shipped files differ
"""

from __future__ import annotations

import argparse
import csv
import io
import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from repletion.foods import open_table
from repletion.foods.table import Portion
from repletion.knowledge.servings import ALLERGENS, FOLDER, GROUPS, TAGS, Serving, columns, row

RULES = Path(__file__).parent / "servings"
WAYS = ("vegan", "vegetarian", "pescatarian")
FLESH = ("fish", "shellfish", "pork", "beef", "gelatin")
SIZES = ("small", "medium", "large", "regular")
OWN_NOUN = re.compile(r"\b(roll|bun|bagel|muffin|breadstick|bolillo|pancake|waffle|biscuit|scone|croissant|doughnut)")
AMOUNTS = {0.25: "a quarter", 0.5: "half a"}
HOUSEHOLD = re.compile(r"^(half an?|a quarter|a third of a|\d+(?:\.\d+)?)\s+(.+)$")
NUMBERS = {"half a": 0.5, "half an": 0.5, "a quarter": 0.25}
PLURAL = {"cups": "cup", "tablespoons": "tablespoon", "teaspoons": "teaspoon", "slices": "slice"}
TINY = re.compile(r"snack|mini|cocktail|bite|crust not")


def read(name: str) -> list[dict[str, str]]:
    """Rows of a rule file."""
    with (RULES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


def parts(cell: str) -> list[str]:
    """A cell's list; ``*`` stands for every allergen but gelatin, which hides in sweets rather than in meals."""
    found = [part.strip() for part in cell.split("|") if part.strip()]
    return [name for name in ALLERGENS if name != "gelatin"] if found == ["*"] else found


# -- portions --------------------------------------------------------------------------------------------------


def weight_of(portions: tuple[Portion, ...], number: float, unit: str) -> float | None:
    """Grams of ``number`` times ``unit`` by the table's household measures; None when it has no such measure."""
    plain = [p for p in portions if p.unit not in ("guideline", "serving") and not TINY.search(p.description)]
    exact = [p for p in plain if p.description in (f"{number:g} {unit}", f"1 {unit}")]
    near = [p for p in plain if p.unit == unit and not (unit == "cup" and "dry" in p.description)]
    worded = [p for p in plain if re.match(rf"1 {re.escape(unit)}\b", p.description)]
    for found in (*exact, *worded, *near):
        return number * found.grams / found.amount
    return None


def phrase(number: float, unit: str) -> str:
    """How a household says it."""
    amount = AMOUNTS.get(number, f"{number:g}")
    return f"{amount} {unit}{'s' if number > 1 and not unit.endswith('s') else ''}"


def noun_of(pick: dict[str, str], kind: dict[str, str]) -> str:
    """What one of it is called; a noun after ``=`` gives way to the name's own (``bagel``, ``waffle``)."""
    noun = kind["noun"]
    own = OWN_NOUN.search(pick["name"]) if noun.startswith("=") else None
    return own[1] if own else noun.removeprefix("=")


def phrase_of(number: float, unit: str, pick: dict[str, str], kind: dict[str, str]) -> str:
    """The same with what is counted: ``1 medium apple``, ``1 regular roll``."""
    whole = kind["kind"] == "fruit_fresh" and not pick["name"].endswith("s")
    if unit == "fruit":
        return f"1 {pick['name'] if whole else unit}"
    if unit in SIZES:
        noun = pick["name"] if whole else noun_of(pick, kind)
        return f"1 {unit} {noun}" if noun != "serving" else f"1 {unit}"
    return phrase(number, unit)


def portion(food: str, pick: dict[str, str], kind: dict[str, str]) -> tuple[str, float, str]:
    """Household words, grams, and where the weight comes from."""
    portions = open_table().portions(food)
    source = food.partition(":")[0]
    default = next((p.grams for p in portions if p.is_default), None)
    if pick["household"]:
        if pick["grams"]:
            return (
                pick["household"],
                float(pick["grams"]),
                measured(portions, float(pick["grams"]), pick["household"], source),
            )
        match = HOUSEHOLD.match(pick["household"])
        if match:
            number = NUMBERS.get(match[1]) or float(match[1])
            unit = PLURAL.get(match[2], match[2])
            grams = weight_of(portions, number, unit)
            if grams is None and default is not None:
                grams = default
            if grams is not None:
                return pick["household"], round_grams(grams), source
        raise SystemExit(f"{food} {pick['name']}: give the grams of {pick['household']!r}")
    low, high = float(kind["low"]), float(kind["high"])
    for spec in kind["portion"].split("|"):
        if spec.startswith("="):
            grams_text, _, words = spec[1:].partition(":")
            return words, float(grams_text), measured(portions, float(grams_text), words, source)
        if spec == "default":
            if default is not None and low <= default <= high:
                return f"1 {noun_of(pick, kind)}", round_grams(default), source
            continue
        measure_text, _, said = spec.partition(":")
        number_text, _, unit = measure_text.partition(" ")
        number = float(number_text)
        if unit == "piece":
            named = [
                p
                for p in portions
                if p.unit == "piece" and p.amount == 1 and re.fullmatch(r"1 [a-z -]+", p.description)
            ]
            if named and low <= named[0].grams <= high:
                return named[0].description, round_grams(named[0].grams), source
            continue
        grams = weight_of(portions, number, unit)
        if grams is not None and low <= grams <= high:
            return said or phrase_of(number, unit, pick, kind), round_grams(grams), source
    raise SystemExit(f"{food} {pick['name']}: no portion between {low:g} and {high:g} g: {portions}")


def measured(portions: tuple[Portion, ...], grams: float, household: str, source: str) -> str:
    """The source where the weight is one of the table's measures, or as many of it as said; else ``assumed``."""
    match = HOUSEHOLD.match(household)
    said = (NUMBERS.get(match[1]) or float(match[1])) if match and match[1] != "a third of a" else 1.0
    for found in portions:
        if found.unit not in ("guideline", "oz", "cubic inch"):
            ratio = grams / (found.grams / found.amount)
            if any(abs(ratio - times) < 0.03 * times for times in (1.0, said)):
                return source
    return "assumed"


def round_grams(grams: float) -> float:
    """To whole grams, or to tenths below ten."""
    return round(grams, 1) if grams < 10 else float(round(grams))


# -- what it contains ------------------------------------------------------------------------------------------


def matches(description: str) -> Iterator[dict[str, str]]:
    """Rules whose word stands in the description."""
    for rule in read_words():
        if re.search(rule["pattern"], description, re.IGNORECASE) and not (
            rule["unless"] and re.search(rule["unless"], description, re.IGNORECASE)
        ):
            yield rule


_words: list[dict[str, str]] = []


def read_words() -> list[dict[str, str]]:
    """``words.csv``, read once."""
    if not _words:
        _words.extend(read("words.csv"))
    return _words


def allergens(pick: dict[str, str], kind: dict[str, str], description: str) -> dict[str, str]:
    """Every allergen as yes, no or unknown: kind, then words, then the pick's own say."""
    found = dict.fromkeys(ALLERGENS, "no")
    found.update(dict.fromkeys(parts(kind["unknown"]), "unknown"))
    found.update(dict.fromkeys(parts(kind["yes"]), "yes"))
    for rule in matches(description):
        found.update({name: "unknown" for name in parts(rule["unknown"]) if found[name] == "no"})
        found.update(dict.fromkeys(parts(rule["yes"]), "yes"))
    said: dict[str, str] = {}
    for answer in ("no", "unknown", "yes"):
        said.update(dict.fromkeys(parts(pick[answer]), answer))
    found.update(said)
    if found["wheat"] == "yes":
        found["gluten"] = "yes"
    elif found["wheat"] == "unknown" and found["gluten"] == "no":
        found["gluten"] = "unknown"
    free = {*parts(kind["no"]), *(name for name, answer in said.items() if answer == "no")}
    if found["milk"] != "no" and found["lactose"] == "no" and "lactose" not in free:
        found["lactose"] = "unknown"
    return found


def diets(pick: dict[str, str], kind: dict[str, str], contains: dict[str, str], cholesterol: float) -> dict[str, str]:
    """Vegan, vegetarian, pescatarian from the diet given and from what it contains."""
    diet = pick["diet"] or kind["diet"]
    known = {
        "vegan": ("yes", "yes", "yes"),
        "vegetarian": ("unknown", "yes", "yes"),
        "pescatarian": ("no", "no", "yes"),
        "meat": ("no", "no", "no"),
        "no": ("no", "no", "no"),
        "unknown": ("unknown", "unknown", "unknown"),
    }[diet]
    found = dict(zip(WAYS, known, strict=True))
    if any(contains[name] == "yes" for name in ("milk", "lactose", "egg")) or cholesterol > 0:
        found["vegan"] = "no"
    if any(contains[name] == "yes" for name in ("fish", "shellfish")):
        found["vegan"] = found["vegetarian"] = "no"
    if any(contains[name] == "yes" for name in ("pork", "beef", "gelatin")):
        found = dict.fromkeys(WAYS, "no")
    if found["vegan"] == "unknown" and not any(contains[name] == "unknown" for name in (*FLESH, "milk", "egg")):
        found["vegan"] = found["vegetarian"] if pick["kind"] != "sugar" else "no"
    if contains["gelatin"] == "unknown":
        found = {way: "unknown" if answer == "yes" else answer for way, answer in found.items()}
    never = {"vegan": FLESH[:4], "vegetarian": FLESH[:4], "pescatarian": ("pork", "beef")}
    for way in WAYS:
        if found[way] == "yes":
            contains.update(
                dict.fromkeys(never[way], "no") | {k: contains[k] for k in ("fish", "shellfish") if way[0] == "p"}
            )
    return found


def religious(serving: dict[str, object], contains: dict[str, str], group: str, description: str) -> tuple[str, str]:
    """Halal and kosher, as far as the ingredients say: meat is ``unknown``, since slaughter decides."""
    plant = serving["vegan"] == "yes"
    halal = kosher = "unknown"
    if plant and contains["alcohol"] == "no":
        halal = "yes"
    if (
        serving["pescatarian"] == "yes"
        and contains["alcohol"] == "no"
        and contains["milk"] == contains["gelatin"] == "no"
    ):
        halal = "yes"
    if contains["alcohol"] == "yes" or contains["pork"] == "yes":
        halal = "no"
    if (plant and "grape" not in description.lower() and contains["alcohol"] == "no") or (group in ("egg",) and plant):
        kosher = "yes"
    if serving["vegetarian"] == "yes" and contains["milk"] == contains["alcohol"] == "no":
        kosher = "yes"
    unclean = re.search(
        r"catfish|\beel\b|shark|swordfish|sturgeon|caviar|monkfish|rabbit|ostrich|bear|caviar|turbot|boar",
        description,
        re.I,
    )
    meat = serving["vegetarian"] == "no" and serving["pescatarian"] == "no" and group != "sweet"
    if contains["pork"] == "yes" or contains["shellfish"] == "yes" or unclean or (meat and contains["milk"] == "yes"):
        kosher = "no"
    return halal, kosher


def tags(pick: dict[str, str], kind: dict[str, str], description: str, food: str, grams: float) -> tuple[str, ...]:
    """Tags of the kind, of words, of composition and of the pick (``-tag`` takes one away)."""
    table = open_table()
    amounts = table.amounts(food)
    found = set(parts(kind["tags"]))
    for rule in matches(description):
        found.update(parts(rule["tags"]))
    for limit in read("limits.csv"):
        amount = amounts[table.index(limit["nutrient"])] * (grams / 100 if limit["per"] == "serving" else 1)
        kinds = parts(limit["kinds"]) or [pick["kind"]]
        counted = pick["kind"] in kinds and pick["kind"] not in parts(limit["not_kinds"])
        if counted and math.isfinite(amount) and amount >= float(limit["at_least"]):
            found.add(limit["tag"])
    for tag in parts(pick["tags"]):
        found.discard(tag[1:]) if tag.startswith("-") else found.add(tag)
    return tuple(tag for tag in TAGS if tag in found)


# -- rows ------------------------------------------------------------------------------------------------------


def build() -> list[Serving]:
    """Every serving, in the order of the picks."""
    kinds = {kind["kind"]: kind for kind in read("kinds.csv")}
    table = open_table()
    found = []
    for pick in read("picks.csv"):
        kind = kinds[pick["kind"]]
        description = table.food(pick["code"]).description
        cholesterol = float(table.amounts(pick["code"])[table.index("cholesterol")])
        household, grams, measure = portion(pick["code"], pick, kind)
        contains = allergens(pick, kind, description)
        cells: dict[str, object] = {
            **diets(pick, kind, contains, 0.0 if math.isnan(cholesterol) else cholesterol),
            "code": pick["code"],
            "name": pick["name"],
            "british": pick["british"],
            "household": household,
            "grams": grams,
            "min": float(pick["min"] or kind["min"]),
            "max": float(pick["max"] or kind["max"]),
            "meals": tuple(parts(pick["meals"] or kind["meals"])),
            "group": pick["group"] or kind["group"],
            "kind": pick["kind"],
            "price_tier": int(pick["price"] or kind["price"]),
            "measure": measure,
            "tags": tags(pick, kind, description, pick["code"], grams),
            "note": pick["note"],
        }
        halal, kosher = religious(cells, contains, str(cells["group"]), description)
        cells |= {"halal": halal, "kosher": kosher}
        cells |= {f"contains_{name}": answer for name, answer in contains.items()}
        found.append(Serving(**cells))  # type: ignore[arg-type]
    return found


def files(servings: list[Serving]) -> dict[str, str]:
    """The CSV files by name."""
    groups: dict[str, list[Serving]] = defaultdict(list)
    for serving in servings:
        groups[serving.group].append(serving)
    found = {}
    for group in GROUPS:
        if not groups[group]:
            continue
        text = io.StringIO()
        writer = csv.DictWriter(text, columns(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row(serving) for serving in groups[group])
        found[f"{group}.csv"] = text.getvalue()
    return found


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a shipped file differs")
    parser.add_argument("--output", type=Path, default=FOLDER)
    args = parser.parse_args()
    built = files(build())
    shipped = {path.name: path.read_text(encoding="utf-8") for path in args.output.glob("*.csv")}
    if args.check:
        differing = sorted(name for name in {*built, *shipped} if built.get(name) != shipped.get(name))
        print("differs: " + ", ".join(differing) if differing else "the shipped servings are those of the rules")
        return 1 if differing else 0
    args.output.mkdir(parents=True, exist_ok=True)
    for name in {*shipped} - {*built}:
        (args.output / name).unlink()
    for name, text in built.items():
        (args.output / name).write_text(text, encoding="utf-8")
    print(f"{sum(text.count(chr(10)) - 1 for text in built.values())} servings in {len(built)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())

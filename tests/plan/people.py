"""Synthetic people over life stages, ways of eating, conditions and medicines; the same every time."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

STAGES = (
    "woman 19",
    "woman 28",
    "woman 45",
    "woman 67",
    "woman 82",
    "man 20",
    "man 38",
    "man 55",
    "man 74",
    "woman 31 pregnant",
    "woman 33 breast-feeding",
)
WAYS = (
    (),
    ("vegetarian",),
    ("vegan",),
    ("pescatarian",),
    ("gluten-free",),
    ("lactose-free",),
    ("halal",),
    ("nut-free",),
)
BURDENS = (
    "",
    "chronic kidney disease",
    "takes warfarin",
    "takes lisinopril",
    "takes spironolactone",
    "takes phenelzine",
    "sarcoidosis",
    "kidney stones",
    "hemochromatosis",
    "type 2 diabetes",
    "takes simvastatin",
    "gout",
)
WITHOUT = ((), ("fish",), ("milk",), ("egg",), ("soy",), ("peanut",), ("mushrooms", "beans"))
DIARIES = (
    "",
    "Breakfast:\n2 slices white bread\n1 tablespoon jam\n1 cup coffee\nLunch:\n1 cheeseburger\n1 serving french fries"
    "\n1 can cola\nDinner:\n1 cup pasta with tomato sauce\n30 g cheddar cheese\n1 slice chocolate cake",
    "Breakfast:\n1 bowl oatmeal\n1 banana\n1 glass soy milk\nLunch:\n1 cup lentil soup\n2 slices whole wheat bread"
    "\n1 apple\nDinner:\n1 cup brown rice\n1 cup black beans\n1 cup broccoli\n1 tablespoon olive oil\n30 g almonds",
    "Breakfast:\n2 boiled eggs\n2 slices toast with butter\n1 glass orange juice\nLunch:\n1 chicken breast"
    "\n1 baked potato\n1 cup lettuce\nDinner:\n200 g steak\n1 cup rice\n1 cup green beans"
    "\n1 glass milk\nvitamin D 1000 IU",
)


@dataclass(frozen=True)
class Someone:
    """A case in words, with what goes beside it."""

    text: str
    pattern: tuple[str, ...]
    without: tuple[str, ...]
    diary: str


def people(count: int, seed: int = 4) -> list[Someone]:
    """``count`` people; every stage, way and burden comes before any repeats often."""
    draw = random.Random(seed)
    stages, ways = itertools.cycle(STAGES), itertools.cycle(WAYS)
    burdens, without = itertools.cycle(BURDENS), itertools.cycle(WITHOUT)
    found = []
    for number in range(count):
        if number % 7 == 6:
            next(stages), next(burdens)  # so that the cycles do not run in step
        stage, way, burden, left = next(stages), next(ways), next(burdens), next(without)
        if "pregnant" in stage or "breast" in stage:
            burden = burden if burden in ("", "type 2 diabetes", "takes lisinopril") else ""
        found.append(
            Someone(
                text=f"{stage}, {burden}" if burden else stage,
                pattern=way,
                without=left,
                diary=draw.choice(DIARIES),
            )
        )
    return found

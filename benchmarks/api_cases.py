"""Thirty people as they write to the interface: the cases that the load of ``bench_api`` is made of.

Each is one person in words, with what they take, eat, have and measured; ``people`` shakes age and days, so that no two
requests are the same and nothing can be answered from memory.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any


def _lab(test: str, value: float, unit: str) -> dict[str, Any]:
    return {"test": test, "value": value, "unit": unit}


def _who(age: int, sex: str, **more: Any) -> dict[str, Any]:
    return {"age": age, "sex": sex, **more}


CASES: tuple[dict[str, Any], ...] = (
    {},
    {"person": _who(34, "female"), "text": "My left eyelid has been twitching for {weeks} weeks. I drink five coffees a day and sleep badly."},
    {"person": _who(45, "female"), "text": "Two days after total thyroidectomy. Tingling around my mouth and in my fingers, both hands cramp and lock.", "labs": [_lab("calcium", 1.9, "mmol/L"), _lab("magnesium", 0.62, "mmol/L")]},
    {"person": _who(61, "male"), "text": "vegan for six years, tingling in both feet for {weeks} weeks", "drugs": ["metformin"], "labs": [_lab("vitamin B12", 190, "pg/mL")]},
    {"person": _who(52, "female"), "text": "Tired all the time for {weeks} weeks, hair falls out, brittle nails, cold hands, dizzy when standing, headaches, low mood, restless legs"},
    {"person": _who(66, "female"), "text": "cramps and tingling around my mouth for 2 weeks", "drugs": ["omeprazole", "hydrochlorothiazide"], "labs": [_lab("magnesium", 0.45, "mmol/L")]},
    {"person": _who(28, "female"), "text": "heavy periods, tired, short of breath on the stairs, craving ice", "labs": [_lab("ferritin", 6, "ug/L"), _lab("hemoglobin", 10.4, "g/dL")]},
    {"person": _who(72, "male"), "text": "Bleeding gums and bruises for {weeks} weeks. Lives alone on toast and tea, smoker."},
    {"person": _who(39, "male"), "text": "cramps in the calves at night", "lifestyle": ["runs marathons"]},
    {"person": _who(58, "female"), "text": "bone pain, hardly any sun, weak when climbing stairs for {weeks} weeks", "labs": [_lab("25-hydroxyvitamin D", 8, "ng/mL")]},
    {"person": _who(24, "female"), "text": "vegetarian, tired, pale", "stated_negatives": ["no weight loss", "no fever"]},
    {"person": _who(47, "male"), "text": "Three beers a day for years, unsteady, double vision and confused since yesterday"},
    {"person": _who(80, "female"), "text": "sore tongue, numb feet, forgetful", "drugs": ["metformin", "pantoprazole"]},
    {"person": _who(31, "female"), "text": "palpitations and anxious, weight loss, trembling hands for {weeks} weeks"},
    {"person": _who(44, "female"), "text": "gained weight, constipated, cold, tired, dry skin", "labs": [_lab("TSH", 9.5, "mIU/L")]},
    {"person": _who(55, "male"), "text": "weak legs and heart skips beats", "drugs": ["furosemide"], "labs": [_lab("potassium", 2.9, "mmol/L")]},
    {"person": _who(36, "male"), "text": "cannot see well at night, dry eyes, had a stomach bypass five years ago"},
    {"person": _who(63, "female"), "text": "restless legs at night for {weeks} weeks", "labs": [_lab("ferritin", 22, "ug/L")]},
    {"person": _who(29, "female"), "text": "tingling in both hands when anxious, breathing fast"},
    {"person": _who(50, "female"), "text": "hot flushes, poor sleep, tired, joint pain, low mood", "stated_negatives": ["no tingling", "no cramps"]},
    {"person": _who(19, "male"), "text": "diarrhoea for {weeks} weeks, loses weight, mouth ulcers, tired", "labs": [_lab("hemoglobin", 11.8, "g/dL")]},
    {"person": _who(68, "male"), "text": "My taste is gone and wounds heal slowly", "drugs": ["lisinopril"]},
    {"person": _who(41, "female"), "text": "my eyelid twitches", "stated_negatives": ["no weakness", "no tingling", "no muscle cramps"]},
    {"person": _who(75, "female"), "text": "sudden weakness of the left arm and her speech is slurred"},
    {"person": _who(33, "male"), "text": "headaches and dizzy for {weeks} weeks, drinks eight energy drinks"},
    {"person": _who(57, "female"), "text": "numb feet, burning soles, unsteady in the dark", "labs": [_lab("vitamin B12", 310, "pg/mL"), _lab("methylmalonic acid", 0.8, "umol/L")]},
    {"person": _who(26, "female"), "text": "eats little, tired, faint when standing, dry hair, feels cold, no periods for six months"},
    {"person": _who(70, "male"), "text": "thirsty, passes a lot of water, constipated, kidney stones", "labs": [_lab("calcium", 2.85, "mmol/L")]},
    {"person": _who(38, "female"), "text": "low mood and tired in winter for {weeks} weeks", "drugs": ["the pill"]},
    {"person": _who(49, "male"), "text": "muscle twitching in the calves after running", "diary": "Day 1\n2 slices toast\n1 banana\n1 cup coffee\nDay 2\n1 bowl oatmeal\n200 g chicken breast\n1 apple"},
)  # fmt: skip


def people(seed: int) -> Iterator[dict[str, Any]]:
    """Cases without end, all thirty in every thirty, none like another."""
    dice = random.Random(seed)
    number = 0
    while True:
        for pattern in dice.sample(CASES, len(CASES)):
            number += 1
            case = {**pattern, "title": f"{seed}-{number}"}
            if "text" in case:
                case["text"] = case["text"].replace("{weeks}", str(dice.randint(1, 40)))
                person = case["person"]
                case["person"] = {**person, "age": max(18, person["age"] + dice.randint(-4, 4))}
            yield case

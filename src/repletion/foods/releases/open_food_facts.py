"""Open Food Facts: a dump as JSON lines or as a table with tabs, each product per 100 g as sold.

Values ending in ``_100g`` are kept by Open Food Facts in grams, energy in kJ (or in kcal where the name says so); the
newer ``nutrition`` object carries the unit beside each value.  What it estimates itself is not on any label and is not
taken.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from repletion.foods.barcode import barcode
from repletion.foods.measuring import counted, unit_word
from repletion.foods.releases.columns import gather
from repletion.foods.releases.model import Product, Taken
from repletion.foods.releases.stream import Stream, table
from repletion.foods.table import Portion

_PER = "_100g"
_MOST_SERVING = 2000.0
_CODE = re.compile(r"\d{1,24}")
LONGEST_NAME = 200
_MOST_FLAGS = 20


class _Line(msgspec.Struct):
    """The fields of a product that are read; everything else of a line is passed over."""

    code: Any = None
    product_name: Any = None
    product_name_en: Any = None
    generic_name: Any = None
    brands: Any = None
    categories_tags: Any = None
    serving_size: Any = None
    serving_quantity: Any = None
    serving_quantity_unit: Any = None
    product_quantity_unit: Any = None
    nutriments: Any = None
    nutrition: Any = None
    data_quality_errors_tags: Any = None
    data_quality_warnings_tags: Any = None
    obsolete: Any = None


def from_lines(stream: Stream, report: Taken, wanted: Callable[[str], bool]) -> Iterator[Product]:
    """Products of a dump as JSON lines.  ``wanted``: whether a code is asked for at all."""
    decoder = msgspec.json.Decoder(_Line)
    for number, line in stream.lines():
        where = f"{report.file.name} line {number}"
        if line is not None and not line.strip():
            continue
        report.read += 1
        try:
            if line is None:
                raise ValueError("the line is longer than a record can be")
            row = decoder.decode(line)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            report.wrong(where, f"no product could be read: {error}")
            continue
        fields: dict[str, Any] = {name: getattr(row, name) for name in row.__struct_fields__}
        if (product := _product(fields, _nutrients(fields), where, report, wanted)) is not None:
            yield product


def from_table(stream: Stream, report: Taken, wanted: Callable[[str], bool]) -> Iterator[Product]:
    """Products of a dump as a table."""
    rows = table(stream, delimiter="\t", quoted=False)
    _, header = next(rows, (1, ""))
    if not isinstance(header, list):
        return
    nutrients = [(place, name.removesuffix(_PER)) for place, name in enumerate(header) if name.endswith(_PER)]
    for number, cells in rows:
        where = f"{report.file.name} line {number}"
        report.read += 1
        if isinstance(cells, str):
            report.wrong(where, f"the row was left out: {cells}")
            continue
        fields: dict[str, Any] = dict(zip(header, cells, strict=True))
        for name in ("categories_tags", "data_quality_errors_tags", "data_quality_warnings_tags"):
            fields[name] = [tag for tag in str(fields.get(name) or "").split(",") if tag]
        held: dict[str, tuple[object, str]] = {name: (cells[place], "") for place, name in nutrients if cells[place]}
        if (product := _product(fields, held, where, report, wanted)) is not None:
            yield product


def _nutrients(fields: Mapping[str, Any]) -> dict[str, tuple[object, str]]:
    """Value and unit of each field as sold, per 100 g; a unit is there in the newer shape only."""
    newer = fields.get("nutrition")
    chosen = newer.get("aggregated_set") if isinstance(newer, dict) else None
    if isinstance(chosen, dict) and isinstance(chosen.get("nutrients"), dict):
        if chosen.get("preparation") not in (None, "as_sold"):
            return {}
        return {
            name: (one.get("value"), str(one.get("unit") or ""))
            for name, one in chosen["nutrients"].items()
            if isinstance(one, dict) and one.get("source") != "estimate"
        }
    older = fields.get("nutriments")
    if not isinstance(older, dict):
        return {}
    return {name.removesuffix(_PER): (value, "") for name, value in older.items() if name.endswith(_PER)}


def text(value: object, most: int = LONGEST_NAME) -> str:
    """One line of words, without what cannot be printed."""
    if not isinstance(value, str):
        return ""
    value = value[: 4 * most]
    if not value.isprintable():
        value = "".join(c if c.isprintable() else " " for c in value)
    return " ".join(value.split())[:most]


def _product(
    fields: Mapping[str, Any],
    held: dict[str, tuple[object, str]],
    where: str,
    report: Taken,
    wanted: Callable[[str], bool],
) -> Product | None:
    code = fields.get("code")
    code = str(code).strip() if isinstance(code, str | int) and not isinstance(code, bool) else ""
    if not _CODE.fullmatch(code):
        report.wrong(where, f"the product has no code (“{code[:30]}”)")
        return None
    if not wanted(code):
        report.left_out["not asked for"] += 1
        return None
    name = next((t for key in ("product_name", "product_name_en", "generic_name") if (t := text(fields.get(key)))), "")
    if not name:
        report.left_out["no name"] += 1
        return None
    amounts, wrong = gather("off", held)
    for reason in wrong:
        report.values_left_out[reason.partition(":")[0]] += 1
        report.wrong(where, f"{name[:60]}: {reason}; it counts as not known")
    if not amounts:
        report.left_out["no nutrition values"] += 1
        return None
    found = Product(f"off:{code}", name, amounts=amounts, barcode=barcode(code) or "")
    found.brand = text(fields.get("brands"), 80).partition(",")[0].strip()
    tags = [tag for tag in fields.get("categories_tags") or () if isinstance(tag, str)]
    found.category = text(tags[-1].partition(":")[2].replace("-", " ") if tags else "", 80)
    found.flags = _flags(fields, found, code)
    found.portions = _portions(fields, found)
    return found


def _flags(fields: Mapping[str, Any], product: Product, code: str) -> list[str]:
    """Doubts of Open Food Facts itself, and ours."""
    flags = []
    for key in ("data_quality_errors_tags", "data_quality_warnings_tags"):
        tags = fields.get(key)
        flags += [text(tag, 100) for tag in (tags if isinstance(tags, list) else ()) if isinstance(tag, str)]
    flags = flags[:_MOST_FLAGS]
    if not product.barcode:
        flags.append(f"{code} is no barcode of a trade item, or its check digit is wrong")
    if fields.get("obsolete") in ("on", True, "1", 1):
        flags.append("no longer sold")
    weight = sum(product.amounts.get(slug, 0.0) for slug in ("protein", "fat", "carbohydrate", "water", "alcohol"))
    if weight > 105:
        flags.append(f"what 100 g hold adds up to {weight:.0f} g")
    newer = fields.get("nutrition")
    chosen = newer.get("aggregated_set") if isinstance(newer, dict) else None
    per = chosen.get("per") if isinstance(chosen, dict) else None
    if per == "100ml" or "ml" in (fields.get("product_quantity_unit"), fields.get("serving_quantity_unit")):
        flags.append(PER_VOLUME)
    return flags


PER_VOLUME = "values may be for 100 mL; 1 mL was taken as 1 g"


def _portions(fields: Mapping[str, Any], product: Product) -> list[Portion]:
    """The serving of the label: as a serving, and by the measure that its words name."""
    try:
        grams = float(fields.get("serving_quantity") or "nan")
    except (TypeError, ValueError):
        return []
    if not math.isfinite(grams) or not 0 < grams <= _MOST_SERVING:
        return []
    said = text(fields.get("serving_size"), 60)
    found = [Portion(f"1 serving ({said or f'{grams:g} g'})", 1.0, "serving", grams, True)]
    number, rest = counted(said)
    word = unit_word(rest) if number and rest else "serving"
    if number and word not in {"serving", "g", "ml", "oz", "fl oz", "piece"}:
        found.append(Portion(said, number, word, grams, False))
    return found

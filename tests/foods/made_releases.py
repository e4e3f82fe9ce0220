"""Invented releases in the shapes that FoodData Central and Open Food Facts publish; no food of them exists."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

BISCUIT, DRINK, WRONG_DIGIT = "5000168001012", "4006381333931", "4006381333932"


def off_product(code: str, name: str, **more: Any) -> dict[str, Any]:
    """A product in the older shape: everything per 100 g in grams, energy in kJ."""
    return {
        "code": code,
        "product_name": name,
        "brands": "Millstone,Millstone Foods",
        "categories_tags": ["en:snacks", "en:oat-biscuits"],
        "serving_size": "2 biscuits (30 g)",
        "serving_quantity": "30",
        "nutrition_data_per": "100g",
        "nutriments": {
            "energy-kcal_100g": 471, "energy-kj_100g": 1976, "energy_100g": 1976, "fat_100g": 21.5,
            "saturated-fat_100g": 2.4, "carbohydrates_100g": 60, "sugars_100g": 18, "fiber_100g": 7.6,
            "proteins_100g": 7.8, "salt_100g": 0.55, "iron_100g": 0.0028, "vitamin-d_100g": 5e-06,
            "nova-group_100g": 4, "fat_unit": "g", "magnesium_100g": "",
        },
        "data_quality_errors_tags": [],
        "data_quality_warnings_tags": ["en:nutrition-value-very-high-for-category-fiber"],
        "images": {"1": {"sizes": {}}},
    } | more  # fmt: skip


def off_products() -> list[dict[str, Any]]:
    newer = {
        "code": DRINK, "product_name": "Oat drink", "brands": "Hill & Vale", "categories_tags": ["en:oat-milks"],
        "nutrition": {"aggregated_set": {
            "per": "100ml", "preparation": "as_sold",
            "nutrients": {
                "energy-kj": {"value": 192, "unit": "kJ", "source": "packaging"},
                "fat": {"value": 1.5, "unit": "g", "source": "packaging"},
                "calcium": {"value": 0.12, "unit": "g", "source": "packaging"},
                "vitamin-b12": {"value": 3.8e-7, "unit": "g", "source": "packaging"},
                "zinc": {"value": 0.001, "unit": "g", "source": "estimate"},
            },
        }},
    }  # fmt: skip
    return [
        off_product(BISCUIT, "Oat biscuits"),
        newer,
        off_product(WRONG_DIGIT, "Rye crackers"),
        off_product("2000000000015", "Iron slip", nutriments={"iron_100g": 12, "proteins_100g": 5, "fat_100g": -1}),
        off_product("2000000000022", "", product_name_en="", generic_name=None),
        off_product("2000000000039", "Bare label", nutriments={"nova-group_100g": 1}),
    ]


def off_lines(path: Path, products: list[dict[str, Any]] | None = None) -> Path:
    """A dump as JSON lines, with a line that is cut, one that is no product, and an empty one."""
    lines = [json.dumps(one, ensure_ascii=False) for one in products or off_products()]
    lines[2:2] = ['{"code": "3000000000014", "product_name": "Cut off', "[1, 2]", ""]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path


def off_table(path: Path) -> Path:
    """The same products as a table with tabs: quotation marks mean nothing, one row has a cell too many."""
    names = sorted({key for p in off_products() for key in p.get("nutriments", {}) if key.endswith("_100g")})
    head = ["code", "url", "product_name", "brands", "categories_tags", "serving_size", "serving_quantity",
            "data_quality_errors_tags", *names]  # fmt: skip
    rows = [head]
    for product in off_products():
        held = product.get("nutriments", {})
        rows.append([
            product["code"], "", product["product_name"], product["brands"], ",".join(product["categories_tags"]),
            product.get("serving_size", ""), product.get("serving_quantity", ""), "",
            *(str(held.get(name, "")) for name in names),
        ])  # fmt: skip
    rows[1][2] = '12" Oat biscuits'
    rows.insert(3, [*rows[1], "one too many"])
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join("\t".join(row) for row in rows) + "\n")
    return path


NUTRIENTS = {  # id: number, name, unit as the tables write it
    1008: ("208", "Energy", "KCAL"), 2047: ("957", "Energy (Atwater General Factors)", "KCAL"),
    2048: ("958", "Energy (Atwater Specific Factors)", "KCAL"), 1062: ("268", "Energy", "kJ"),
    1003: ("203", "Protein", "G"), 1090: ("304", "Magnesium, Mg", "MG"), 1093: ("307", "Sodium, Na", "MG"),
    1110: ("324", "Vitamin D (D2 + D3), International Units", "IU"), 1114: ("328", "Vitamin D (D2 + D3)", "UG"),
    1104: ("318", "Vitamin A, IU", "IU"), 1178: ("418", "Vitamin B-12", "UG"), 1051: ("255", "Water", "G"),
}  # fmt: skip
Held = list[tuple[int, float | str]]


def fdc_food(number: int, name: str, held: Held, **more: Any) -> dict[str, Any]:
    def nutrient(own: int) -> dict[str, Any]:
        told = NUTRIENTS[own]
        return {"id": own, "number": told[0], "name": told[1], "unitName": told[2].lower().replace("ug", "µg")}

    return {
        "fdcId": number,
        "description": name,
        "foodNutrients": [{"type": "FoodNutrient", "nutrient": nutrient(own), "amount": value} for own, value in held],
    } | more


FOUNDATION: Held = [(2048, 560.0), (2047, 571.0), (1003, 20.1), (1090, 258.0), (1178, 0.0)]
BRANDED: Held = [(1062, 1000.0), (1003, 8.0), (1093, 320.0), (1110, 80.0), (1104, 500.0)]


def fdc_json(path: Path, kind: str = "FoundationFoods", foods: list[dict[str, Any]] | None = None) -> Path:
    if foods is None:
        portion = {"amount": 1.0, "measureUnit": {"name": "cup"}, "modifier": "whole", "gramWeight": 140.0}
        label = {
            "gtinUpc": "036000291452", "brandName": "MILLSTONE", "servingSize": 40.0, "servingSizeUnit": "GRM",
            "householdServingFullText": "1 bar", "brandedFoodCategory": "Snack bars",
        }  # fmt: skip
        foods = [
            fdc_food(1, "Nuts, valley almonds, raw", FOUNDATION, foodPortions=[portion],
                     foodCategory={"description": "Nut and Seed Products"}),
            fdc_food(2, "OAT BAR", BRANDED, **label),
            fdc_food(3, "Slip of a unit", [(1090, 9e6), (1003, 3.0)]),
            {"description": "nobody", "foodNutrients": []},
        ]  # fmt: skip
    path.write_text(json.dumps({kind: foods}), encoding="utf-8")
    return path


def fdc_tables(path: Path, *, by_number: bool = False) -> Path:
    """The tables in a zip; nutrient rows of one food stand apart.  ``by_number``: as the survey's release has them."""

    def table(header: str, *rows: tuple[object, ...]) -> str:
        out = io.StringIO()
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows([header.split(","), *rows])
        return out.getvalue()

    def named(own: int) -> str:
        return NUTRIENTS[own][0] if by_number else str(own)

    values = [(n, 1, named(own), value, "") for n, (own, value) in enumerate(FOUNDATION[:3])]
    values += [(n, 2, named(own), value, "") for n, (own, value) in enumerate(BRANDED, start=10)]
    values += [(n, 1, named(own), value, "") for n, (own, value) in enumerate(FOUNDATION[3:], start=20)]
    values += [(30, 1, "99999", 1.0, ""), (31, 2, named(1003), "", "")]
    nutrients = table("fdc_id,nutrient_id,amount".join(("id,", ",footnote")), *values)
    broken = nutrients.splitlines(keepends=True)
    broken.insert(2, '"7","1","1003","99.0"\n')  # a cell is missing: it must not shift
    broken.insert(4, '"8","1","1003,"98.0",""\n')  # a mark is not closed
    files = {
        "food.csv": table("fdc_id,data_type,description,food_category_id,publication_date",
                          (1, "foundation_food", "Nuts, valley almonds, raw", 12, "2026-04-01"),
                          (2, "branded_food", "OAT BAR", "", "2026-04-01"),
                          (4, "sub_sample_food", "Almonds of lot 7", 12, "2026-04-01")),
        "nutrient.csv": table("id,name,unit_name,nutrient_nbr,rank",
                              *((own, name, unit, number, 1) for own, (number, name, unit) in NUTRIENTS.items())),
        "food_nutrient.csv": "".join(broken),
        "food_category.csv": table("id,code,description", (12, "1200", "Nut and Seed Products")),
        "measure_unit.csv": table("id,name", (1000, "cup")),
        "food_portion.csv": table("id,fdc_id,seq_num,amount,measure_unit_id,portion_description,modifier,gram_weight",
                                  (1, 1, 1, 1, 1000, "", "whole", 140)),
        "branded_food.csv": table(
            "fdc_id,brand_owner,brand_name,gtin_upc,ingredients,serving_size,serving_size_unit,"
            "household_serving_fulltext,branded_food_category",
            (2, "Millstone Foods", "MILLSTONE", "036000291452", 'Oats,\n"rolled" salt', 40, "GRM", "1 bar", "Bars")),
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in files.items():
            pack.writestr(f"FoodData_Central_csv/{name}", text)
    return path

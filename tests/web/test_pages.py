"""Plan, diary, doctor, knowledge, foods, comparison."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import time

import msgspec
import pytest
from starlette.testclient import TestClient
from visiting import Visitor

from repletion.knowledge import load
from repletion.report.numbers import precise
from repletion.web import doctor
from repletion.web.pages import page
from repletion.web.told import Told, packed, unpacked


def test_a_plan_can_do_without_a_food(visitor: Visitor) -> None:
    visitor.told = packed(Told(words=("tired, woman, 41 years",), age="41", sex="female"))
    visitor.post("/plan")
    assert visitor.status == 200
    assert "Food plan" in visitor.words
    refused = re.search(r'value="not:([^"]+)"', visitor.text)
    assert refused
    assert '<svg class="pair" role="img"' in visitor.text
    visitor.post("/plan", do=f"not:{refused[1]}")
    assert f"Left out: {refused[1]}" in visitor.words
    assert f'value="not:{refused[1]}"' not in visitor.text


@pytest.mark.parametrize(
    "words",
    ["my face has dropped on one side", "I make myself vomit after meals and I am afraid of gaining weight"],
)
def test_warning_signs_take_the_place_of_a_plan(visitor: Visitor, words: str) -> None:
    visitor.post("/understood", words=words)
    visitor.post("/plan")
    assert "In place of a plan" in visitor.words
    assert 'value="not:' not in visitor.text


def test_a_yes_to_a_warning_sign_withholds_the_plan_too(visitor: Visitor) -> None:
    visitor.post("/understood", words="my eyelid twitches")
    visitor.post("/understood", do="flags", flag__stroke_signs="yes")
    visitor.post("/plan")
    assert "In place of a plan" in visitor.words
    assert 'value="not:' not in visitor.text


def test_low_weight_takes_the_place_of_a_plan(visitor: Visitor) -> None:
    visitor.told = packed(Told(words=("tired",), age="30", sex="female", height="170", weight="45"))
    visitor.post("/plan")
    assert "In place of a plan" in visitor.words


def test_a_diary_says_how_much_is_known_and_hides_energy(visitor: Visitor) -> None:
    visitor.post("/diary", diary="2 slices wholemeal toast\n1 banana\nblorb flarn", age="41", sex="female")
    assert "From 1 day of diary" in visitor.words
    assert "known for" in visitor.words
    assert "blorb flarn" in visitor.words
    assert "kcal" not in visitor.words
    visitor.post("/diary", energy="yes")
    assert "kcal" in visitor.words


def test_a_food_is_found_and_added_in_a_household_measure(visitor: Visitor) -> None:
    visitor.post("/diary", food="banana", do="find")
    assert "Banana, raw" in visitor.words
    code = re.search(r'value="eat:([^"]+)"', visitor.text)
    assert code
    visitor.post("/diary", do=f"eat:{code[1]}", **{f"count.{code[1]}": "2", f"portion.{code[1]}": "0"})
    assert re.fullmatch(r"\d+ g Banana, raw\n", unpacked(visitor.told).diary)


def test_the_page_for_the_doctor_is_one_a4_with_codes_and_values(client: TestClient, told: str) -> None:
    page = client.post("/doctor", data={"told": told}).text
    for words in ("HPO HP:0030826", "LOINC 2823-3", "3.1 mmol/L", "ATC A02BC01", "Draft – not reviewed", "fingerprint"):
        assert words in page
    pdf = client.post("/doctor.pdf", data={"told": told}).content
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_the_page_for_the_doctor_says_which_rule_it_was_and_what_was_not_read(client: TestClient) -> None:
    words = "24 year old woman, palpitations, legs feel weak, I make myself sick and take water tablets and diet pills"
    found = doctor.sheet(Told(words=(words,)))
    assert any(reason.startswith("Vomiting on purpose") for reason in found.reasons)  # beside others of the same day
    assert {"“water tablets”", "“diet pills”"} <= set(found.unread)


def test_the_page_for_the_doctor_names_every_medicine_and_result_and_what_may_mislead() -> None:
    """A word for a class of medicines is known as what raises a risk; it is a medicine all the same."""
    words = (
        "I take metformin, levothyroxine and omeprazole, I have type 2 diabetes, ferritin 8 ng/mL, "
        "hemoglobin 10.2 g/dL, MCV 76 fL, vitamin B12 160 pg/mL, folate 9 ng/mL, potassium 4.0 mmol/L, "
        "magnesium 0.8 mmol/L, calcium 2.0 mmol/L, "
        "albumin 28 g/L, TSH 6.1 mIU/L, CRP 24 mg/L, creatinine 1.4 mg/dL"
    )
    found = doctor.sheet(Told(words=(words,), age="52", sex="female"))
    assert [name.split(",")[0] for name in found.medicines] == ["Metformin", "Levothyroxine", "Omeprazole"]
    assert len(found.labs) == 12
    assert {lab.test: lab.stands for lab in found.labs} | {"Ferritin": "low", "TSH": "high", "Serum potassium": ""} == {
        lab.test: lab.stands for lab in found.labs
    }
    calcium = next(lab for lab in found.labs if "calcium" in lab.test)
    assert calcium.value == "2 mmol/L"  # not said twice because it was typed with a zero
    assert any("plain" in caution and "2.24" in caution for caution in found.cautions)
    assert any(caution.startswith("Ferritin: ") for caution in found.cautions)
    assert "lower probability may stand before" in page_of(found)


def test_the_page_for_the_doctor_shows_no_range_that_was_not_worked_out() -> None:
    assert precise(0.985, 0.88, 0.998, exact=False) == "98 % (its range was not worked out)"
    assert precise(0.99999, 0.9999, 0.99999) == ">99.9 %"


def test_what_is_known_in_two_ways_is_one_chip_in_lay_words(visitor: Visitor) -> None:
    visitor.post("/understood", words="my hair falls out, I have celiac disease")
    chips = re.findall(r'<span class="chip">([^<]*)', visitor.text)
    assert [chip.strip() for chip in chips] == ["Hair loss", "Celiac disease"]
    visitor.post("/understood", do=re.findall(r'value="(remove:[^"]*celiac[^"]*)"', visitor.text)[0])
    assert "Celiac disease" not in visitor.words.partition("Add what is missing")[0]


def test_no_number_sounds_like_an_all_clear_where_no_complaint_was_told(visitor: Visitor) -> None:
    visitor.post("/answer", words="hemoglobin 9.8 g/dL, woman, 41 years old")
    assert "Low iron" in visitor.words
    assert "100 in 100" not in visitor.words


def test_where_nothing_was_understood_the_numbers_are_said_to_be_of_anybody(visitor: Visitor) -> None:
    visitor.post("/answer", words="blorb flarn wuzzle")
    assert "Nothing that was told bears on the numbers below" in visitor.words
    visitor.told = ""
    visitor.post("/answer", words="my eyelid twitches")
    assert "Nothing that was told" not in visitor.words


def page_of(found: doctor.Sheet) -> str:
    """The sheet as the page of it."""
    return bytes(page("doctor.html.j2", told=Told(), packed="", s=found).body).decode()


def test_the_pdf_stays_one_page_however_much_was_told(told: str) -> None:
    found = doctor.sheet(unpacked(told))
    long = "long words " * (doctor.LONGEST // 11)
    most = doctor.MOST
    line = doctor.TestLine(test=long, code="LOINC 2823-3", why=long)
    full = msgspec.structs.replace(
        found,
        reasons=(long,) * most["reasons"],
        complaints=(long,) * most["said"],
        medicines=("omeprazole 20 mg, ATC A02BC01",) * most["said"],
        conditions=("celiac disease, ICD-10-CM K90.0",) * most["said"],
        unread=("“words of some length that nobody could read”",) * most["unread"],
        labs=(found.labs * most["labs"])[: most["labs"]],
        cautions=(long * 2,) * most["cautions"],
        tests=(line,) * most["tests"],
        sources=(long,) * most["sources"],
    )
    assert len(re.findall(rb"/Type\s*/Page\b", doctor.as_pdf(full))) == 1


def test_a_saved_answer_is_compared_with_now(client: TestClient, told: str) -> None:
    saved = client.post("/saved", data={"told": told})
    assert "attachment" in saved.headers["content-disposition"]
    kept = json.loads(saved.content)
    assert kept["schema"] == "repletion.saved/1"
    files = {"file": ("a.json", saved.content)}
    same = client.post("/compare", data={"told": ""}, files=files).text
    assert "The same case was worked out again" in same
    assert "▲" not in same
    more = json.loads(told)
    more["words"].append("I had a seizure")
    changed = client.post("/compare", data={"told": json.dumps(more)}, files=files).text
    assert "Emergency" in changed
    assert re.search(r"Said newly</h2><p>[^<]*[Ss]eizure", changed)
    bare = client.post("/compare", data={"told": told}, files={"file": ("b.json", json.dumps(kept["assessment"]))})
    assert bare.status_code == 200


def test_pages_of_the_knowledge_lead_to_claims_and_sources(client: TestClient) -> None:
    text = client.get("/knowledge/hypomagnesemia?reader=clinician").text
    claim = re.search(r'href="(/claim/[^"]+)"', text)
    assert claim
    page = client.get(claim[1]).text
    source = re.search(r'href="(/source/[^"]+)"', page)
    assert source
    assert "Is this number wrong?" in page
    assert client.get(source[1]).status_code == 200
    for path in (
        "/knowledge",
        "/symptoms",
        "/symptoms/fatigue",
        "/tests",
        "/tests/serum_magnesium",
        "/questions",
        "/popular-claims",
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        for link in set(re.findall(r'href="(/(?:knowledge|symptoms|tests|claim)/[^"]+)"', answer.text)[:3]):
            assert client.get(link).status_code == 200, link


def test_every_symptom_is_on_a_light_page_and_found_by_everyday_words(client: TestClient) -> None:
    known = load()
    listed = client.get("/symptoms")
    names = re.findall(r'href="/symptoms/([^"]+)"', listed.text)
    spoken = {link.finding for state in known.states.values() for link in state.findings}
    assert set(names) <= spoken
    assert len(set(names)) == len(names) > 0.9 * len([n for n in spoken if known.findings[n].kind != "lab"])
    assert len(listed.content) < 60_000
    page = client.get("/symptoms/eyelid_twitching").text
    assert 'href="/knowledge/benign_eyelid_myokymia"' in page
    assert "Anybody: " in page
    for words, name in (("my eyelid twitches", "eyelid_twitching"), ("pins and needles", "paresthesia")):
        found = re.findall(r'href="/symptoms/([^"]+)"', client.post("/symptoms", data={"q": words}).text)
        assert name in found[:5], words
    nothing = client.post("/symptoms", data={"q": "<b>xyzzy"}).text
    assert "Nothing is like “&lt;b&gt;xyzzy”" in nothing
    assert client.get("/symptoms/xyzzy").status_code == 404


def test_every_claim_an_answer_names_can_be_opened(client: TestClient, told: str) -> None:
    text = client.post("/answer", data={"told": told, "reader": "clinician"}).text
    links = sorted(set(re.findall(r'href="(/(?:claim|source)/[^"]+)"', text)))
    assert len(links) > 20
    assert [link for link in links[::7] if client.get(link).status_code != 200] == []


def test_every_number_can_be_taken_along_as_a_table(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/claims.csv").text)))
    known = load()
    assert len(rows) == len(known.claims)
    one = next(row for row in rows if row["id"] == "RISK-001")
    assert one["doi"] == known.sources[one["source"]].doi
    assert float(one["value"]) == known.claims["RISK-001"].value


def test_foods_show_their_source_and_what_is_not_known(client: TestClient) -> None:
    text = client.get("/foods?q=banana").text
    first = re.search(r'<li><a href="/foods/([^"]+)">([^<]+)', text)
    assert first
    assert first[2] == "Banana, raw"
    assert "FNDDS" in text
    page = client.get(f"/foods/{first[1]}").text
    assert "this is not zero" in page
    assert "kcal" not in page


def test_pages_are_small_and_quick(client: TestClient, told: str) -> None:
    client.get("/")
    began = time.perf_counter()
    first = client.get("/")
    took = time.perf_counter() - began
    assert took < 0.1
    whole = sum(len(gzip.compress(client.get(path).content)) for path in ("/", "/static/style.css", "/static/app.js"))
    assert whole < 60_000
    assert len(gzip.compress(first.content)) < 10_000
    assert len(gzip.compress(client.post("/answer", data={"told": told}).content)) < 60_000


def test_the_interface_for_programs_is_part_of_the_app(client: TestClient) -> None:
    for path in ("/v1/health", "/fhir/metadata", "/cds-services"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "json" in answer.headers["content-type"]
    assert client.get("/fhirx").status_code == 404

"""From one box to the answer, as forms."""

from __future__ import annotations

import html
import json
import re

from visiting import STORY, Visitor

from repletion.interview import start


def test_the_first_page_is_one_box_with_what_must_be_said(visitor: Visitor) -> None:
    text = visitor.get("/")
    assert text.count("<textarea") == 1
    assert "<input" not in text
    assert "call your emergency number now" in visitor.words
    assert "nothing leaves this machine, and nothing is kept unless you ask" in visitor.words
    assert "Draft – not reviewed by a clinician" in visitor.words


def test_what_was_said_comes_back_as_chips_and_what_was_not_understood_with_a_remedy(visitor: Visitor) -> None:
    visitor.post("/understood", words=STORY)
    for words in ("Eyelid twitching, for 3 weeks", "Fatigue", "Omeprazole"):
        assert words in visitor.words
    assert "“blorb flarn” was not understood" in visitor.words
    assert "Say it in other words" in visitor.words
    assert "3.1 mmol/L that is low" in visitor.words


def test_a_chip_taken_back_is_gone_and_counts_no_longer(visitor: Visitor) -> None:
    visitor.post("/understood", words=STORY)
    assert 'value="remove:finding:fatigue"' in visitor.text
    visitor.post("/understood", do="remove:finding:fatigue")
    assert 'value="remove:finding:fatigue"' not in visitor.text
    visitor.post("/answer")
    assert "“tired” → " not in visitor.words
    assert "“omeprazole” → " in visitor.words.lower()


def test_warning_signs_come_before_any_other_question_and_silence_is_not_no(visitor: Visitor) -> None:
    visitor.post("/understood", words="my eyelid twitches")
    assert "First, a few warning signs" in visitor.words
    assert 'name="ask_id"' not in visitor.text
    assert visitor.text.count("<fieldset") >= visitor.text.count('name="shown.')
    visitor.post("/understood", do="flags", shown__stroke_signs="1", shown__seizure_or_blackout="1")
    visitor.post("/understood", do="flags", **{"shown.tetany": "1"})
    replies = {reply["id"]: reply["typed"] for reply in json.loads(visitor.told)["answers"]}
    assert replies["stroke_signs"] == "skip"
    assert "no" not in replies.values()


def test_a_yes_to_a_warning_sign_shows_the_care_card_and_asks_no_more(visitor: Visitor) -> None:
    visitor.post("/understood", words="my eyelid twitches")
    visitor.post("/understood", do="flags", flag__stroke_signs="yes")
    assert "Emergency – Get emergency help now" in visitor.words
    assert 'name="ask_id"' not in visitor.text
    visitor.post("/answer")
    assert visitor.words.index("Emergency advice:") < visitor.words.index("What could explain it")


def test_questions_are_those_of_the_interview_with_why_not_sure_and_skip(visitor: Visitor) -> None:
    words = "my eyelid twitches, I am a woman of 41"
    visitor.post("/understood", words=words)
    interview = start(words)
    for _ in range(6):
        while flags := interview.red_flags:
            visitor.post("/understood", do="flags", **{f"flag.{flag.id}": "no" for flag in flags})
            for flag in flags:
                interview = interview.hear(flag, "no")
        asked = interview.next()
        if asked is None:
            break
        assert asked.question in visitor.words
        assert f"Why this is asked: {asked.why}" in visitor.words
        assert 'value="answer:not_sure"' in visitor.text
        assert 'value="answer:skip"' in visitor.text
        fields = {"ask_kind": asked.kind, "ask_id": asked.id, "do": "answer:not_sure"}
        visitor.post("/understood", **fields)
        interview = interview.answer("not sure")
    assert interview.stop is not None
    assert interview.stop.text in visitor.words


def test_a_result_without_a_unit_asks_which_and_is_said_back(visitor: Visitor) -> None:
    visitor.post("/understood", words="cramps", lab_test="Serum magnesium", lab_value="1.4")
    assert "Which unit stands on the sheet for Serum magnesium 1.4?" in visitor.words
    assert "mg/dL (usual: " in visitor.words
    visitor.post("/understood", **{"unit.0": "mg/dL"}, do="keep")
    assert "that is low (usual: " in visitor.words
    assert "Which unit" not in visitor.words


def test_everything_filled_in_counts_whichever_button_is_pressed(visitor: Visitor) -> None:
    visitor.post("/understood", words="cramps")
    visitor.post(
        "/answer", do="keep", age="70", sex="male", medicine="furosemide", condition="celiac disease", words="no fever"
    )
    told = json.loads(visitor.told)
    assert (told["age"], told["sex"], told["medicines"], told["conditions"]) == (
        "70",
        "male",
        ["furosemide"],
        ["celiac disease"],
    )
    assert "70 years, male" in visitor.words


def test_the_answer_stands_in_the_order_that_is_safe_to_read(visitor: Visitor, told: str) -> None:
    visitor.told = told
    visitor.post("/answer")
    order = ["What to do, and how soon", "What could explain it", "What would settle it", "What the diet brings"]
    places = [visitor.text.index(f">{heading}</h2>") for heading in order]
    assert places == sorted(places)
    assert 'class="care routine"' in visitor.text
    assert "Non-urgent advice:" in visitor.words
    assert '<svg class="icons"' in visitor.text
    assert '<svg class="span"' in visitor.text
    assert "dots stand for 100 people" in visitor.words
    assert 'href="/claim/' in visitor.text


def test_the_reader_decides_what_is_shown(visitor: Visitor, told: str) -> None:
    visitor.told = told
    patient = visitor.post("/answer")
    clinician = visitor.post("/answer", reader="clinician")
    assert ">Log-odds<" not in patient
    assert ">Log-odds<" in clinician
    assert json.loads(visitor.told)["reader"] == "clinician"


def test_nothing_told_leads_back_to_the_box(visitor: Visitor) -> None:
    visitor.post("/answer")
    assert "Nothing was written yet" in visitor.words


def test_clear_forgets(visitor: Visitor) -> None:
    answer = visitor.client.post("/clear", data={"told": "{}"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert "cache" in answer.headers["clear-site-data"]


def test_the_unit_of_a_result_in_the_words_is_chosen_there(visitor: Visitor) -> None:
    visitor.post("/understood", words="my eyelid twitches, serum magnesium 1.4, I am 41")
    choice = re.search(r'name="(unit-of\.[^"]+)" value="mg/dL"', visitor.text)
    assert choice
    assert "not possible or its unit" not in visitor.words
    visitor.post("/understood", do="keep", **{html.unescape(choice[1]): "mg/dL"})
    assert "serum magnesium 1.4 mg/dL" in visitor.words
    assert "that is low" in visitor.words
    assert "unit-of." not in visitor.text


def test_a_diary_that_was_only_typed_is_never_dropped(visitor: Visitor) -> None:
    visitor.get("/diary")
    for path in ("/answer", "/plan", "/understood"):
        visitor.told = ""
        # care takes the place of a plan, so that it is quick
        visitor.post(path, diary="3 slices wholemeal toast\n1 banana", words="one side of my face dropped", do="keep")
        assert "wholemeal toast" in visitor.told, path


def test_medicines_that_were_told_are_not_asked_for_again(visitor: Visitor) -> None:
    visitor.post("/understood", words="my eyelid has twitched for 3 weeks, woman of 41, I take omeprazole")
    flags = dict.fromkeys(re.findall(r'name="(shown\.[^"]+)"', visitor.text), "1")
    visitor.post("/understood", **flags, do="flags")
    assert "You named omeprazole. Which other medicines" in visitor.words
    visitor.post("/understood", ask_kind="open", ask_id="medicines", typed="none", do="answer:typed")
    assert "Which illnesses" in visitor.words
    assert "Omeprazole" in visitor.words


def test_a_height_and_a_weight_in_the_words_are_said_back_and_can_be_taken_back(visitor: Visitor) -> None:
    visitor.post("/understood", words="I weigh 9 stone 4 and I'm 5 ft 3, tired")
    assert "Height 160 cm" in visitor.words and "Weight 59 kg" in visitor.words
    visitor.post("/understood", do="remove:person:weight_kg")
    assert "Height 160 cm" in visitor.words and "Weight 59 kg" not in visitor.words
    visitor.post("/understood", weight="61", do="keep")  # typed into its field it counts, and is seen there
    assert 'value="61"' in visitor.text and "Weight" not in visitor.words.partition("Add what is missing")[0]
    assert "160 cm, 61 kg" in visitor.post("/answer", reader="clinician")

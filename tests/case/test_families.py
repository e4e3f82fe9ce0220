"""Families of phrases: synonyms, British and American, lay and doctors' words, and what must not be read in them."""

from __future__ import annotations

from typing import Any

import pytest

from repletion.case.model import Case


def told(section: str, text: str) -> set[str]:
    """Ids, with ``-`` for what is absent; what a list of medicines implies is left out."""
    case = Case.from_mapping({section: text if section in {"text", "diet"} else [text]})
    return {u.id if u.present else f"-{u.id}" for u in case.understood if u.kind != "list"}


READ: list[tuple[str, str, str]] = [
    ("symptoms", "spasms", "muscle_cramps"),
    ("symptoms", "unrelenting spasms in arms and legs", "muscle_cramps"),
    ("symptoms", "circumoral and finger tip paraesthesia", "perioral_paresthesia"),
    ("symptoms", "circumoral numbness", "perioral_paresthesia"),
    ("symptoms", "tingling in the tips of my fingers", "tingling_hands"),
    ("symptoms", "burning, painful sensation in hands and feet", "neuropathic_pain"),
    ("symptoms", "burning, painful feet", "burning_feet"),
    ("symptoms", "dry, red eyes", "eye_redness"),
    ("symptoms", "cramps in hands, belly and legs", "leg_cramps"),
    ("symptoms", "twitching of limbs, trunk and face", "facial_twitching"),
    ("symptoms", "VF arrest", "ventricular_arrhythmia"),
    ("symptoms", "cardio-respiratory arrest", "ventricular_arrhythmia"),
    ("symptoms", "inability to mobilise or stand", "gait_disturbance"),
    ("symptoms", "unable to weight bear", "gait_disturbance"),
    ("symptoms", "now difficulty crawling", "gait_disturbance"),
    ("symptoms", "difficulty grasping objects", "hand_clumsiness"),
    ("symptoms", "prostration", "lethargy"),
    ("symptoms", "confusion after a fit", "post_ictal_confusion"),
    ("symptoms", "confused for a while after the seizure", "post_ictal_confusion"),
    ("symptoms", "disorientated", "confusion"),
    ("symptoms", "feeling faint", "presyncope"),
    ("symptoms", "infantile spasms", "seizure"),
    ("symptoms", "I can't stand the noise", "hyperacusis"),
    ("symptoms", "leg pain not improved by ibuprofen", "ibuprofen"),
    ("symptoms", "cramps, no relief from quinine", "muscle_cramps"),
    ("signs", "xerophthalmia", "xerophthalmia"),
    ("signs", "Dry conjunctiva or cornea (xerophthalmia)", "xerophthalmia"),
    ("signs", "corneal and conjunctival keratinisation", "xerophthalmia"),
    ("signs", "scaly dry patch with foamy appearance", "bitot_spots"),
    ("signs", "hand motion visual acuity", "visual_loss"),
    ("signs", "no light perception", "visual_loss"),
    ("conditions", "attention-deficit/hyperactivity disorder", "adhd"),
    ("conditions", "ex-premature", "premature_infant"),
    ("diet", "Restrictive eating since weaning", "very_narrow_diet"),
    ("diet", "Large volumes of water every day", "excess_water_intake"),
    ("diet", "Reduced intake of dairy products", "low_calcium_intake"),
    ("diet", "Often skips meals", "poor_diet"),
    ("lifestyle", "mostly indoors", "low_sun_exposure"),
    ("lifestyle", "4-5 cans of beer per night for 34 years", "alcohol_use_disorder"),
    ("diet", "four shots of espresso at one go", "high_caffeine_intake"),
    (
        "diet",
        "popcorn, french fries, buns and soft drinks; no regular fruits or vegetables in years",
        "very_narrow_diet",
    ),
    ("diet", "avoids vegetables, fruits and red meat", "no_fruit_or_vegetables"),
    ("diet", "continuous intake of milk, refusal of other food", "very_narrow_diet"),
    ("signs", "lost 40% of birth weight at 21 days", "weight_loss"),
    ("symptoms", "lost more than a dozen pounds", "weight_loss"),
    ("signs", "GCS 11/15", "drowsiness"),
    ("signs", "Glasgow Coma Scale 3", "coma"),
    ("signs", "abbreviated mental test 6/10", "memory_impairment"),
    ("signs", "skin warm and moist", "excessive_sweating"),
    ("conditions", "born at 35 weeks, 2370 g", "premature_infant"),
    ("symptoms", "began two weeks after an upper respiratory tract infection", "recent_vaccination_or_viral_infection"),
    ("lifestyle", "stress due to a bereavement in the family", "psychological_stress"),
]


@pytest.mark.parametrize(("section", "text", "subject"), READ)
def test_what_is_said_is_read(section: str, text: str, subject: str) -> None:
    assert subject in told(section, text)


NOT_READ: list[tuple[str, str, str]] = [
    ("symptoms", "esophageal spasms", "muscle_cramps"),
    ("symptoms", "bladder spasms", "muscle_cramps"),
    ("symptoms", "infantile spasms", "muscle_cramps"),
    ("symptoms", "I can't stand the smell of coffee", "gait_disturbance"),
    ("symptoms", "I can't stand the noise", "gait_disturbance"),
    ("symptoms", "pain in legs, head injury", "headache"),
    ("symptoms", "pain in the arms, legs feel weak", "leg_cramps"),
    ("symptoms", "fatigue, weakness, tingling of the hands", "distal_muscle_weakness"),
    ("symptoms", "passed out in the kitchen", "presyncope"),
    ("symptoms", "negative thoughts", "-depression"),
    ("symptoms", "leg pain not improved by ibuprofen", "-ibuprofen"),
    ("symptoms", "confusion after a fit", "confusion"),
    ("signs", "corneal xerosis", "dry_skin"),
    ("signs", "HIV negative weakness of legs", "-muscle_weakness"),
    ("signs", "negative Babinski", "babinski_sign"),
    ("signs", "neurological exam otherwise normal", "psychological_stress"),
    ("diet", "Restrictive eating since weaning", "anorexia_nervosa"),
    ("lifestyle", "lives on her own", "very_narrow_diet"),
    ("text", "He lives on his own and eats toast", "very_narrow_diet"),
    ("conditions", "premature menopause", "premature_infant"),
    ("symptoms", "my heart stopped racing", "ventricular_arrhythmia"),
    ("symptoms", "very thin hair", "underweight"),
    ("signs", "Glasgow Coma Scale 15", "coma"),
    ("signs", "GCS 15/15", "drowsiness"),
    ("symptoms", "lost a dozen eggs", "weight_loss"),
    ("conditions", "born at 39 weeks", "premature_infant"),
    ("conditions", "vaccinations up to date", "recent_vaccination_or_viral_infection"),
    ("diet", "plenty of fruit and vegetables, toast, cheese and pasta", "very_narrow_diet"),
    ("diet", "two cups of flat white", "-high_caffeine_intake"),
    ("lifestyle", "one beer a night", "alcohol_use_disorder"),
    ("drugs", "valproic acid (started in the work-up)", "agitation"),
]


@pytest.mark.parametrize(("section", "text", "subject"), NOT_READ)
def test_what_is_not_said_is_not_read(section: str, text: str, subject: str) -> None:
    assert subject not in told(section, text)


ABSENT: list[tuple[str, str, str]] = [
    ("signs", "negative Babinski", "babinski_sign"),
    ("signs", "negative Chvostek and Trousseau signs", "chvostek_sign trousseau_sign"),
    ("signs", "power 5/5 with negative Romberg", "romberg_sign"),
    ("signs", "normal tone, power and reflexes", "hypotonia muscle_weakness areflexia"),
    ("signs", "reflexes and sensation intact", "areflexia stocking_glove_sensory_loss"),
    ("signs", "neurological exam otherwise normal", "babinski_sign facial_palsy"),
    ("signs", "no abnormal findings on neurological examination", "babinski_sign ptosis"),
    ("signs", "normal plantar response", "babinski_sign"),
    ("signs", "normal blood pressure", "hypertension hypotension"),
    ("stated_negatives", "no cranial nerve involvement", "facial_palsy ophthalmoplegia"),
    ("stated_negatives", "no sensory signs", "stocking_glove_sensory_loss"),
    ("stated_negatives", "no gastrointestinal symptoms", "diarrhea vomiting"),
    ("stated_negatives", "no focal neurology", "limb_paralysis"),
    ("stated_negatives", "no thyroid eye disease", "exophthalmos"),
    ("stated_negatives", "apyrexial", "fever"),
    ("stated_negatives", "afebrile", "fever"),
    ("stated_negatives", "weight stable", "weight_loss"),
    ("stated_negatives", "regular menstrual cycles", "amenorrhea"),
    ("signs", "normal tone, weak legs", "hypotonia"),
]


@pytest.mark.parametrize(("section", "text", "subjects"), ABSENT)
def test_what_is_denied_is_absent(section: str, text: str, subjects: str) -> None:
    assert {f"-{name}" for name in subjects.split()} <= told(section, text)


def test_a_normal_finding_beside_another_takes_nothing_back() -> None:
    assert "muscle_weakness" in told("signs", "normal tone, weak legs")
    assert not told("signs", "not normal reflexes")


def test_an_opposite_that_is_false_is_not_denied() -> None:
    """``non-smoker: false`` under habits smokes; the same words among what is absent do not."""
    case: dict[str, Any] = {"lifestyle": {"non-smoker": False}}
    assert any(u.id == "nicotine_dependence" and u.present for u in Case.from_mapping(case).understood)


def test_the_bare_word_spasm_is_the_one_whose_place_was_told() -> None:
    told_of_lid = told("text", "I have had spasms of my left eyelid for two weeks. The spasms get worse at night.")
    assert "eyelid_twitching" in told_of_lid and "muscle_cramps" not in told_of_lid
    assert "muscle_cramps" in told("text", "My eyelid twitches and I get cramps")


def test_a_complaint_beside_a_medicine_is_the_one_that_was_told() -> None:
    case = Case.from_mapping(
        {"symptoms": ["twitching of the right eyelid"], "drugs": ["Botox injections: twitch still there"]}
    )
    names = {u.id for u in case.understood}
    assert "eyelid_twitching" in names and "fasciculations" not in names


def test_a_list_of_medicines_is_denied_as_a_whole() -> None:
    for text in ("no prescribed, herbal or over-the-counter medications", "no medications, vitamins or supplements"):
        found = Case.from_mapping({"stated_negatives": [text]}).understood
        assert [(u.kind, u.id) for u in found] == [("list", "other_medicines")]

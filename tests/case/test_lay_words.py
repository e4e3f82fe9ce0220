"""How people say it: complaints, habits and diets in everyday words, and what such words must not be read as."""

from __future__ import annotations

import pytest

from repletion.case import Case
from repletion.knowledge import load
from repletion.triage import triage


def told(section: str, words: str) -> dict[str, str]:
    said: object = words if section == "text" else [words]
    case = Case.from_mapping({section: said})
    return {u.id: "no" if not u.present else "past" if u.past else "yes" for u in case.understood}


READ = [
    ("symptoms", "the skin under my eye jumps when I read", "eyelid_twitching"),
    ("symptoms", "both eyelids shake a little", "eyelid_twitching"),
    ("symptoms", "I drag myself through the day", "fatigue"),
    ("symptoms", "my energy has gone since the summer", "fatigue"),
    ("symptoms", "my hair snaps and is like straw", "brittle_hair"),
    ("symptoms", "the scalp is showing through at the parting", "alopecia"),
    ("symptoms", "eyebrows falling out", "alopecia"),
    ("symptoms", "excessive hair loss", "alopecia"),
    ("symptoms", "my trousers keep falling down, they were tight in May", "weight_loss"),
    ("symptoms", "I piled on weight over Christmas", "weight_gain"),
    ("symptoms", "my cycle is all over the place", "irregular_menses"),
    ("symptoms", "asks the same question again and again", "memory_impairment"),
    ("symptoms", "I lose my train of thought in meetings", "poor_concentration"),
    ("symptoms", "everything went black as I stood up", "presyncope"),
    ("signs", "her blood pressure drops from sitting to standing", "orthostatic_hypotension"),
    ("symptoms", "moving my legs is the only relief", "restless_legs"),
    ("symptoms", "he kicks and thrashes in his sleep", "periodic_limb_movements"),
    ("symptoms", "I overheat easily", "heat_intolerance"),
    ("symptoms", "whooshing in my left ear", "pulsatile_tinnitus"),
    ("symptoms", "as if something is stuck in my throat", "globus"),
    ("symptoms", "a sore inside my cheek", "mouth_ulcers"),
    ("symptoms", "my tongue feels raw", "glossitis"),
    ("symptoms", "infections, I catch every cold", "recurrent_infections"),
    ("symptoms", "so gassy after meals", "flatulence"),
    ("symptoms", "food comes back up an hour later", "vomiting"),
    ("symptoms", "he puked in the car", "vomiting"),
    ("symptoms", "his vomit looks like coffee grounds", "gi_bleeding"),
    ("symptoms", "she threw up blood", "gi_bleeding"),
    ("symptoms", "excessive urination", "polyuria"),
    ("symptoms", "woken by my bladder", "nocturia"),
    ("symptoms", "every noise goes through me", "hyperacusis"),
    ("symptoms", "it feels like razor blades in my throat", "sore_throat"),
    ("symptoms", "my hand falls asleep on the phone", "numb_hands"),
    ("symptoms", "I keep losing my balance", "ataxia"),
    ("symptoms", "the floor tilts when I get up", "vertigo"),
    ("symptoms", "have to sit to catch my breath", "dyspnea"),
    ("symptoms", "sees people who are not there", "hallucinations"),
    ("symptoms", "grouchy and bad tempered", "irritability"),
    ("symptoms", "crunching on ice from the freezer", "pica"),
    ("symptoms", "he eats sand at the playground", "pica"),
    ("symptoms", "teeth falling out", "tooth_loss"),
    ("symptoms", "rotting teeth", "dental_caries"),
    ("symptoms", "jolts in my head when I turn my eyes", "brain_zaps"),
    ("symptoms", "my rings no longer fit", "edema"),
    ("symptoms", "woken by cramp at four", "nocturnal_leg_cramps"),
    ("symptoms", "my lips also start twitching", "perioral_twitching"),
    ("conditions", "my B12 stores are depleted", "vitamin_b12_deficiency"),
    ("diet", "he will not eat anything but crisps", "very_narrow_diet"),
    ("diet", "she lives on milk and biscuits", "very_narrow_diet"),
    ("diet", "coke instead of water", "cola_excess"),
    ("diet", "a 2 litre bottle of coke a day", "cola_excess"),
    ("diet", "eight cans of Pepsi most days", "cola_excess"),
    ("diet", "he has stopped eating altogether", "poor_appetite"),
    ("diet", "not eating solid food", "refusal_of_solids"),
    ("conditions", "I am pregnant", "pregnancy"),
    ("diet", "nothing green since he was three", "no_fruit_or_vegetables"),
    ("diet", "raw vegan", "vegan_diet"),
    ("diet", "plant-based for six years", "vegan_diet"),
    ("diet", "only almond milk", "low_calcium_intake"),
    ("diet", "not eating many iron-rich foods", "low_iron_intake"),
    ("diet", "ready meals every day", "poor_diet"),
    ("symptoms", "I lost 20 lbs", "weight_loss"),
    ("symptoms", "put on 2 stone since the birth", "weight_gain"),
    ("symptoms", "my tongue is cracked", "glossitis"),
    ("symptoms", "I see tiny red dots on both legs", "petechiae"),
    ("symptoms", "the soles of my feet are on fire", "burning_feet"),
    ("symptoms", "cannot quench my thirst", "excessive_thirst"),
    ("symptoms", "my nails split and tear", "brittle_nails"),
    ("symptoms", "passing large clots with my period", "heavy_menstrual_bleeding"),
    ("symptoms", "he is behind with his milestones", "delayed_development"),
    ("symptoms", "cuts take forever to heal", "poor_wound_healing"),
    ("symptoms", "chilled to the bone at work", "cold_intolerance"),
    ("symptoms", "incredibly heavy periods", "heavy_menstrual_bleeding"),
    ("symptoms", "I lost about 12 percent of my weight", "weight_loss"),
    ("symptoms", "rabbit droppings and straining on the toilet", "constipation"),
    ("symptoms", "excess thirst and urination", "excessive_thirst"),
    ("symptoms", "it is hard to wake up in the morning even after ten hours", "unrefreshing_sleep"),
    ("symptoms", "my legs turned to jelly halfway up", "muscle_weakness"),
    ("symptoms", "she wanders at night and is very muddled", "confusion"),
    ("symptoms", "his handwriting has got smaller", "micrographia"),
    ("symptoms", "a popcorn feeling in both calves", "limb_fasciculations"),
    ("symptoms", "there is a buzzing sensation in my shins", "paresthesia"),
    ("symptoms", "fingers feel like sausages", "numb_hands"),
    ("symptoms", "my mouth is like sandpaper", "dry_mouth"),
    ("symptoms", "acid comes up when I bend down", "heartburn"),
    ("symptoms", "I wee every half hour", "urinary_frequency"),
    ("symptoms", "poo that won't flush", "steatorrhea"),
    ("symptoms", "my eyelashes fell out in spring", "alopecia"),
    ("symptoms", "cannot smell anything", "loss_of_smell"),
    ("symptoms", "glands up in my neck", "lymphadenopathy"),
    ("symptoms", "shaky if I don't eat by noon", "spells_relieved_by_food"),
    ("symptoms", "she lost words she used to say", "developmental_regression"),
    ("lifestyle", "six cups of coffee a day", "high_caffeine_intake"),
    ("symptoms", "a marked drop in his energy", "fatigue"),
    ("symptoms", "hungry all day, never full", "polyphagia"),
    ("symptoms", "he has to pee every few minutes", "urinary_frequency"),
    ("symptoms", "I walk into a room and forget why", "memory_impairment"),
    ("symptoms", "my mind goes completely blank", "poor_concentration"),
    ("symptoms", "I have no strength in my arms", "muscle_weakness"),
    ("conditions", "B-12 deficiency", "vitamin_b12_deficiency"),
    ("conditions", "RNY in 2019", "bariatric_surgery_status"),
    ("conditions", "Hashi's", "hypothyroidism"),
    ("conditions", "thyroid problems run in my family", "family_thyroid_disease"),
    ("drugs", "Pristiq 50 mg", "desvenlafaxine"),
    ("drugs", "betablockers", "beta_blockers"),
    ("drugs", "Eltroxin 75", "levothyroxine"),
    ("drugs", "B12 jabs every twelve weeks", "vitamin_b12_products"),
    ("diet", "I haven't eaten meat in years", "vegetarian_diet"),
    ("diet", "he has never eaten a vegetable", "no_fruit_or_vegetables"),
    ("diet", "fast food every day", "poor_diet"),
    ("diet", "can't afford fresh food", "food_insecurity"),
    ("diet", "refuses all drinks but takes a few sips a day", "low_water_intake"),
]


@pytest.mark.parametrize(("section", "words", "subject"), READ)
def test_everyday_words_are_read(section: str, words: str, subject: str) -> None:
    assert told(section, words).get(subject) == "yes"


NOT_READ = [
    ("symptoms", "eats ice cream every night", "pica"),
    ("symptoms", "a cup of ice cream", "pica"),
    ("symptoms", "teeth falling out", "alopecia"),
    ("symptoms", "my clothes are falling off me", "falls"),
    ("symptoms", "excessive hair loss", "hirsutism"),
    ("symptoms", "tested for glandular fever", "fever"),
    ("symptoms", "so tired I can barely open my eyes", "blepharospasm"),
    ("symptoms", "I cannot put weight on my foot", "weight_gain"),
    ("symptoms", "it is worse if I don't move my legs", "limb_paralysis"),
    ("symptoms", "I passed out at the bus stop", "presyncope"),
    ("symptoms", "I can move my legs", "restless_legs"),
    ("symptoms", "I want to sleep better", "fatigue"),
    ("diet", "cannot eat anything with gluten", "poor_appetite"),
    ("diet", "won't eat anything but chips", "poor_appetite"),
    ("diet", "not eating as many iron-rich foods as I should", "poor_appetite"),
    ("diet", "only almond milk", "very_narrow_diet"),
    ("lifestyle", "I am drinking less these days", "low_water_intake"),
    ("drugs", "the pills work well", "oral_contraceptives"),
    ("lifestyle", "I put more stress on my right knee", "psychological_stress"),
    ("symptoms", "electric shocks in my brain", "myoclonus"),
    ("symptoms", "bruises, and I don't know how I got them", "confusion"),
    ("symptoms", "aching as if I had run a marathon", "endurance_sport"),
    ("symptoms", "the baby is crying", "depression"),
    ("symptoms", "an angry red rash", "irritability"),
    ("diet", "I gave him meat on Sunday", "vegetarian_diet"),
    ("symptoms", "everything smells like smoke", "nicotine_dependence"),
    ("symptoms", "shaky if I don't eat by noon", "poor_appetite"),
    ("symptoms", "I thought in the end it was the heat", "suicidal_ideation"),
    ("symptoms", "two trips to the loo before bed", "falls"),
    ("lifestyle", "I start the day with a cup of coffee", "high_caffeine_intake"),
    ("lifestyle", "a 45mg cup of tea", "very_high_caffeine_intake"),
    ("diet", "I don't eat fish", "poor_appetite"),
    ("text", "I have stopped eating bread and I don't eat any cheese.", "poor_appetite"),
    ("diet", "I only eat once a day", "very_narrow_diet"),
    ("diet", "protein shakes for a month", "tremor"),
    ("symptoms", "since I was pregnant", "pregnancy"),
    ("lifestyle", "I don't drink", "low_water_intake"),
    ("conditions", "both my sisters have hyperthyroidism", "hyperthyroidism"),
]


@pytest.mark.parametrize(("section", "words", "subject"), NOT_READ)
def test_what_is_not_said_is_not_read(section: str, words: str, subject: str) -> None:
    assert subject not in told(section, words)


@pytest.mark.parametrize(
    ("section", "words", "subject", "how"),
    [
        ("conditions", "diagnosed with celiac disease eight years ago", "celiac_disease", "yes"),
        ("conditions", "diagnosed with an underactive thyroid around ten years ago", "hypothyroidism", "yes"),
        ("conditions", "in the past month I was found to be anemic", "anemia", "yes"),
        ("symptoms", "headaches in the past two weeks", "headache", "yes"),
        ("symptoms", "low magnesium in the past", "hypomagnesemia", "past"),
        ("conditions", "iron deficiency six years ago", "iron_deficiency", "past"),
        ("drugs", "came off venlafaxine last week", "venlafaxine", "past"),
        ("drugs", "weaned off omeprazole in May", "omeprazole", "past"),
        ("drugs", "came off my omeprazole", "omeprazole", "past"),
        ("text", "I came off my bike and take omeprazole", "omeprazole", "yes"),
        ("drugs", "weaning off venlafaxine", "venlafaxine", "yes"),
        ("lifestyle", "alcohol is not a factor", "alcohol", "no"),
        ("symptoms", "my eye wouldn't stop twitching", "eyelid_twitching", "yes"),
        ("symptoms", "been off my food", "poor_appetite", "yes"),
        ("drugs", "on propranolol and the palpitations have stopped", "propranolol", "yes"),
        ("drugs", "Entocort instead of prednisone", "prednisone", "no"),
        ("drugs", "propranolol stopped", "propranolol", "past"),
    ],
)
def test_when_and_whether(section: str, words: str, subject: str, how: str) -> None:
    assert told(section, words).get(subject) == how


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("varied diet", "poor_diet"),
        ("plenty of fruit and vegetables", "no_fruit_or_vegetables"),
        ("my appetite is fine", "poor_appetite"),
        ("my balance is fine", "ataxia"),
        ("my periods are light", "heavy_menstrual_bleeding"),
    ],
)
def test_what_is_well_is_denied(words: str, subject: str) -> None:
    assert told("diet", words).get(subject) == "no"


@pytest.mark.parametrize(
    "words",
    [
        "My vomit looks like coffee grounds",
        "He threw up blood twice",
        "We could not rouse her",
        "she couldn't revive him",
    ],
)
def test_an_emergency_in_everyday_words(words: str) -> None:
    assert triage(Case.parse(words, "text"), load()).urgency == "emergency"

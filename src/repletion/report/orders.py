"""A suggested test in words: what is ordered, what comes with it, and its codes."""

from __future__ import annotations

from repletion.assessment.model import TestSuggestion
from repletion.report.items import in_sentence, sentence_case
from repletion.report.numbers import amount
from repletion.report.wording import say


def order_name(test: TestSuggestion, *, lay: bool) -> str:
    """The test, and what else of the same order tells something: "Potassium, with sodium (blood chemistry, ...)"."""
    name = sentence_case(test.lay if lay and test.lay else test.label)
    if not test.together:
        return name
    others = [in_sentence(other.lay if lay and other.lay else other.label) for other in test.together]
    listed = others[0] if len(others) == 1 else say("tests.and", first=", ".join(others[:-1]), last=others[-1])
    return say("tests.together", test=name, others=listed, panel=in_sentence(test.panel_lay if lay else test.panel))


def order_codes(test: TestSuggestion) -> str:
    """LOINC codes: of the order where it has one, else of each test; empty where there is none."""
    codes = test.panel_loinc if test.together and test.panel_loinc else test.loinc
    if test.together and not test.panel_loinc:
        codes = (*codes[:1], *(code for other in test.together for code in other.loinc[:1]))
    return f"LOINC {', '.join(codes)}" if codes else ""


def order_note(test: TestSuggestion) -> str:
    """For clinicians and researchers: codes, and what the order tells; customary ones have no gain."""
    gain = say("tests.gain", gain=amount(test.gain)) if test.gain else say("tests.customary")
    return "; ".join(part for part in (order_codes(test), gain) if part)

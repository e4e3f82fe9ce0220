"""From a symptom or sign to the states it speaks for: all on one page, the names alone, or one symptom."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import NamedTuple

from repletion.handbook.document import Document, Grid, Line, Paragraph, Points, Section, Span, joined, plain, said
from repletion.handbook.facts import finding_name, natural, share_of, signs
from repletion.knowledge import Knowledge
from repletion.knowledge.models import State
from repletion.report.items import sentence_case
from repletion.report.wording import say

_LIKE = 80
"""Likeness (0-100) of what is looked for and a name from which the name is shown."""
MOST_FOUND = 30


class Speaks(NamedTuple):
    """A state for which a symptom speaks.

    ``share`` of people with the state who have it, and how many times that of anybody it is (``ratio``); ``assumed``:
    either rests on a working assumption.
    """

    state: State
    share: float
    ratio: float
    assumed: bool


def shown_states(knowledge: Knowledge) -> list[State]:
    """Every state that has a page, by what it is called."""
    return sorted((s for s in knowledge.states.values() if s.kind != "latent"), key=lambda s: s.lay.casefold())


@cache
def spoken_for(knowledge: Knowledge) -> dict[str, tuple[Speaks, ...]]:
    """For every symptom and sign, by what it is called, the states it speaks for, the most telling first."""
    found: dict[str, list[Speaks]] = {}
    for state in shown_states(knowledge):
        for sign in signs(knowledge, state):
            if sign.kind != "lab" and sign.ratio > 1:
                assumed = sign.figure.assumed or (sign.figure.unit != "share" and sign.background.assumed)
                found.setdefault(sign.finding, []).append(Speaks(state, sign.share, sign.ratio, assumed))
    return {
        name: tuple(sorted(found[name], key=lambda entry: (-entry.ratio, entry.state.id)))
        for name in sorted(found, key=lambda name: finding_name(knowledge.findings[name]).casefold())
    }


def _called(knowledge: Knowledge, name: str) -> str:
    return sentence_case(finding_name(knowledge.findings[name]))


def _anybody(knowledge: Knowledge, name: str) -> Line:
    background = knowledge.claims[knowledge.findings[name].background[-1].claim]
    return plain(natural(share_of(background)), assumed=background.assumed)


def _note(key: str) -> str:
    return f"{say(f'handbook.site.{key}')} {say('handbook.mark_note')}"


def symptoms_index(knowledge: Knowledge) -> Document:
    """Every symptom and sign with the states it speaks for, on one page."""
    rows = []
    for name, spoken in spoken_for(knowledge).items():
        states: list[Line] = [
            (
                Span(sentence_case(entry.state.lay), to=f"state:{entry.state.id}"),
                Span(f" ({natural(entry.share, 100)})", assumed=entry.assumed),
            )
            for entry in spoken
        ]
        title = Span(_called(knowledge, name), strong=True)
        rows.append(((title,), _anybody(knowledge, name), joined(states, "; ")))
    header = tuple(say(f"handbook.column.{name}") for name in ("finding", "anybody", "speaks_for"))
    return Document(title=say("handbook.site.symptoms"), lead=(said(_note("symptoms_note")), Grid(header, tuple(rows))))


def symptom_names(knowledge: Knowledge) -> Document:
    """Every symptom and sign by its first letter, each leading to its own page."""

    def first(name: str) -> str:
        return _called(knowledge, name)[:1].upper()

    sections = tuple(
        Section(letter, (_listed(knowledge, tuple(names)),))
        for letter, names in groupby(sorted(spoken_for(knowledge), key=first), key=first)
    )
    return Document(
        title=say("handbook.site.symptoms"), lead=(said(say("handbook.site.symptoms_names")),), sections=sections
    )


def symptoms_like(knowledge: Knowledge, words: str) -> Document:
    """The symptoms and signs that ``words`` may mean, the likeliest first; none where nothing is like them."""
    from rapidfuzz import fuzz

    wanted, scored = words.casefold().strip(), []
    for place, name in enumerate(spoken_for(knowledge)):
        finding = knowledge.findings[name]
        names = (finding.label, finding.lay, *finding.words, *finding.clinical_words)
        likeness = max(fuzz.WRatio(wanted, each.casefold()) for each in names if each)
        if likeness >= _LIKE:
            scored.append((-likeness, place, name))
    found = tuple(name for _, _, name in sorted(scored)[:MOST_FOUND])
    return Document(title=say("handbook.site.symptoms"), lead=(_listed(knowledge, found),) if found else ())


def symptom_document(knowledge: Knowledge, name: str) -> Document:
    """One symptom or sign: how many of anybody have it, and what it speaks for, the most telling first."""
    rows = tuple(
        (
            (Span(sentence_case(entry.state.lay), to=f"state:{entry.state.id}"),),
            plain(natural(entry.share, 100), assumed=entry.assumed),
        )
        for entry in spoken_for(knowledge)[name]
    )
    anybody = Paragraph((Span(f"{say('handbook.column.anybody')}: "), *_anybody(knowledge, name)))
    header = (say("handbook.column.called"), say("handbook.column.have_sign"))
    return Document(
        title=_called(knowledge, name),
        subtitle=knowledge.findings[name].label if knowledge.findings[name].lay else "",
        lead=(anybody, said(_note("symptom_note")), Grid(header, rows)),
    )


def _listed(knowledge: Knowledge, names: tuple[str, ...]) -> Points:
    return Points(tuple((Span(_called(knowledge, name), to=f"symptom:{name}"),) for name in names))

"""The handbook as a folder of Markdown for a site generator: pages of the knowledge beside the written documents.

Links are relative and lead to pages of the folder or to the sources on the web; nothing on a page asks for anything.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from repletion.handbook.answers import popular_claims_document, questions_document
from repletion.handbook.build import state_page
from repletion.handbook.document import Document, Grid, Line, Points, Section, Span, anchors_of, joined, plain, said
from repletion.handbook.evidence import evidence_document, evidence_of
from repletion.handbook.facts import natural, risks, share_of
from repletion.handbook.laboratory import test_document
from repletion.handbook.rendering import Resolve, local_anchor, render_markdown
from repletion.handbook.state_document import state_document
from repletion.handbook.symptoms import shown_states, symptoms_index
from repletion.knowledge import Knowledge
from repletion.knowledge.answers import popular_claims, questions
from repletion.knowledge.models import State
from repletion.report.items import sentence_case
from repletion.report.links import safe_link
from repletion.report.wording import say

WRITTEN = (
    "tutorial.md",
    "fhir.md",
    "cds-hooks.md",
    "omop.md",
    "security.md",
    "smart.md",
    "glossary.md",
    "method.md",
    "evaluation.md",
    "evaluation-fresh-reports.md",
    "readings.md",
    "web.md",
    "keeping.md",
    "practice.md",
    "imports.md",
    "api.md",
    "assistant.md",
    "deploy.md",
    "architecture.md",
    "decisions",
    "schema",
)
FRONT = {"INTENDED_USE.md": "intended_use.md", "HAZARDS.md": "hazards.md", "CHANGELOG.md": "changelog.md"}
_LINK = re.compile(r"\[([^\]]*)\]\(([^)#\s]+)(#[^)]*)?\)")
_DETAIL = "_in_detail"


def _place(to: str, *, in_detail: bool) -> str | None:
    """The file of the folder that a link leads to."""
    kind, _, name = to.partition(":")
    if kind == "state":
        return f"states/{name}{_DETAIL if in_detail else ''}.md"
    if kind == "test":
        return f"tests/{name}.md"
    return f"{name}.md" if kind == "page" else None


def resolver(document: Document, path: str) -> Resolve:
    """Links as they stand on the page at ``path`` of the folder."""
    here, in_detail = anchors_of(document), path.endswith(f"{_DETAIL}.md")
    folder = str(PurePosixPath(path).parent)

    def resolve(to: str) -> str | None:
        if to in here:
            return f"#{local_anchor(to)}"
        place = _place(to, in_detail=in_detail)
        return safe_link(to) if place is None else os.path.relpath(place, folder).replace(os.sep, "/")

    return resolve


def states_index(knowledge: Knowledge) -> Document:
    """Every state and explanation, by kind, with how common it is."""
    sections = []
    for kind in ("deficiency", "excess", "other"):
        rows = tuple(
            (
                (Span(sentence_case(state.lay), to=f"state:{state.id}"),),
                plain(state.label),
                (
                    Span(
                        natural(share_of(knowledge.claims[state.prior[-1].claim])),
                        assumed=knowledge.claims[state.prior[-1].claim].assumed,
                    ),
                ),
            )
            for state in shown_states(knowledge)
            if state.kind == kind
        )
        header = tuple(say(f"handbook.column.{name}") for name in ("called", "medical", "have_it"))
        sections.append(Section(say(f"handbook.kind.{kind}"), (Grid(header, rows),)))
    return Document(
        title=say("handbook.site.states"),
        lead=(said(f"{say('handbook.site.states_note')} {say('handbook.mark_note')}"),),
        sections=tuple(sections),
    )


def tests_index(knowledge: Knowledge) -> Document:
    """Every test with its unit."""
    tests = sorted(knowledge.tests.values(), key=lambda test: test.label.casefold())
    items = tuple((Span(test.label, to=f"test:{test.id}"), Span(f" ({test.unit})")) for test in tests)
    return Document(title=say("handbook.site.tests"), sections=(Section(say("handbook.site.tests"), (Points(items),)),))


def _factors_index(knowledge: Knowledge) -> Document:
    """For every factor the states that it raises, the strongest first."""
    raised: dict[str, list[tuple[float, State]]] = {}
    for state in shown_states(knowledge):
        for risk in risks(knowledge, state):
            if risk.odds > 1:
                raised.setdefault(risk.factor, []).append((risk.odds, state))
    rows = []
    for name in sorted(raised, key=lambda name: knowledge.factors[name].label.casefold()):
        found = sorted(raised[name], key=lambda entry: (-entry[0], entry[1].id))
        states: list[Line] = [(Span(sentence_case(state.lay), to=f"state:{state.id}"),) for _, state in found]
        rows.append(((Span(sentence_case(knowledge.factors[name].label), strong=True),), joined(states, "; ")))
    header = (say("handbook.column.factor"), say("handbook.column.raises"))
    return Document(
        title=say("handbook.site.factors"),
        lead=(said(say("handbook.site.factors_note")), Grid(header, tuple(rows))),
    )


def _home() -> Document:
    def items(*names: str) -> Points:
        found = []
        for name, _, place in (entry.partition("=") for entry in names):
            title = Span(say(f"handbook.site.{name}"), to=f"page:{place}", strong=True)
            found.append((title, Span(f": {say(f'handbook.home.{name}')}")))
        return Points(tuple(found))

    return Document(
        title=say("handbook.home.title"),
        lead=(said(say("handbook.home.lead")), said(f"{say('draft')}. {say('draft_more')}")),
        sections=(
            Section(
                say("handbook.home.readers"),
                (items("questions=questions", "claims=popular_claims", "symptoms=symptoms", "states=states/index"),),
            ),
            Section(
                say("handbook.home.professionals"),
                (
                    items(
                        "tests=tests/index", "factors=factors", "evidence=evidence", "method=method", "hazards=hazards"
                    ),
                ),
            ),
            Section(
                say("handbook.home.users"),
                (items("tutorial=tutorial", "commands=commands", "glossary=glossary", "architecture=architecture"),),
            ),
        ),
    )


def documents(knowledge: Knowledge) -> Iterator[tuple[str, Document]]:
    """Every page made from the knowledge, with its place in the folder."""
    yield "index.md", _home()
    yield "questions.md", questions_document(knowledge, questions(), "clinician")
    yield "popular_claims.md", popular_claims_document(knowledge, popular_claims(), "clinician")
    yield "symptoms.md", symptoms_index(knowledge)
    yield "factors.md", _factors_index(knowledge)
    yield "evidence.md", evidence_document(evidence_of(knowledge))
    yield "states/index.md", states_index(knowledge)
    yield "tests/index.md", tests_index(knowledge)
    for name in knowledge.tests:
        yield f"tests/{name}.md", test_document(knowledge, name)
    for name in knowledge.states:
        page = state_page(knowledge, name)
        yield f"states/{name}.md", state_document(knowledge, page, "patient")
        yield f"states/{name}{_DETAIL}.md", state_document(knowledge, page, "research")


def _other_version(path: str) -> str:
    """On a state's page, the way to its other version."""
    if not path.startswith("states/") or path == "states/index.md":
        return ""
    stem = PurePosixPath(path).stem
    if stem.endswith(_DETAIL):
        return f"\n[{say('handbook.site.plain')}]({stem.removesuffix(_DETAIL)}.md)\n"
    return f"\n[{say('handbook.site.detail')}]({stem}{_DETAIL}.md)\n"


def _moved(text: str, source: PurePosixPath, places: dict[str, str]) -> str:
    """A written document whose links lead inside the folder; what is not in it loses its link, not its words."""
    here = places[str(source)]

    def link(found: re.Match[str]) -> str:
        words, target, fragment = found.group(1), found.group(2), found.group(3) or ""
        if target.startswith(("https://", "http://")):
            return found.group(0)
        whole = os.path.normpath(source.parent / target).replace(os.sep, "/")
        if whole not in places:
            return words
        return f"[{words}]({os.path.relpath(places[whole], PurePosixPath(here).parent).replace(os.sep, '/')}{fragment})"

    return _LINK.sub(link, text)


def write_site(knowledge: Knowledge, root: Path, folder: Path, *, commands: str) -> list[str]:
    """Write every page below ``folder`` and return their places.

    ``root``: the project, whose written documents are taken along.  ``commands``: the page of the command line.
    """
    places = dict(FRONT)
    for name in WRITTEN:
        files = sorted((root / "docs" / name).rglob("*")) if (root / "docs" / name).is_dir() else [root / "docs" / name]
        for file in files:
            place = file.relative_to(root / "docs").as_posix()
            places[f"docs/{place}"] = place.replace("README.md", "index.md")
    texts = {"commands.md": commands}
    for path, document in documents(knowledge):
        head, rest = render_markdown(document, resolver(document, path)).split("\n", 1)
        texts[path] = f"{head}\n{_other_version(path)}{rest}"
    for source, place in places.items():
        text = (root / source).read_text(encoding="utf-8")
        texts[place] = _moved(text, PurePosixPath(source), places) if place.endswith(".md") else text
    for place, text in texts.items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return sorted(texts)

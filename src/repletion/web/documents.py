"""Pages made from the handbook's documents: states, tests, symptoms, questions, popular claims."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from starlette.exceptions import HTTPException
from starlette.responses import Response

from repletion.handbook.answers import popular_claims_document, questions_document
from repletion.handbook.build import state_page
from repletion.handbook.document import Document, anchors_of
from repletion.handbook.laboratory import test_document
from repletion.handbook.rendering import Resolve, local_anchor
from repletion.handbook.site import states_index, tests_index
from repletion.handbook.state_document import state_document
from repletion.handbook.symptoms import spoken_for, symptom_document, symptom_names, symptoms_like
from repletion.knowledge import Knowledge, load
from repletion.knowledge.answers import popular_claims, questions
from repletion.report import READERS, Reader
from repletion.report.links import safe_link
from repletion.web.forms import Asked
from repletion.web.pages import page

PLACES = {"state": "/knowledge/", "symptom": "/symptoms/", "test": "/tests/", "claim": "/claim/", "source": "/source/"}

LONGEST_QUERY = 200


def _resolver(document: Document) -> Resolve:
    here = anchors_of(document)

    def resolve(to: str) -> str | None:
        kind, _, name = to.partition(":")
        if kind in PLACES:
            return f"{PLACES[kind]}{name}"
        return f"#{local_anchor(to)}" if to in here else safe_link(to)

    return resolve


@lru_cache(maxsize=64)
def _drawn(kind: str, name: str, reader: Reader) -> Document:
    """A document of the knowledge; it holds nothing about anybody, so it may be kept."""
    known = load()
    makers: dict[str, Callable[[Knowledge], Document]] = {
        "states": states_index,
        "symptoms": symptom_names,
        "tests": tests_index,
        "questions": lambda k: questions_document(k, questions(), reader),
        "popular_claims": lambda k: popular_claims_document(k, popular_claims(), reader),
        "state": lambda k: state_document(k, state_page(k, name), reader),
        "symptom": lambda k: symptom_document(k, name),
        "test": lambda k: test_document(k, name),
    }
    return makers[kind](known)


def _reader(asked: Asked) -> Reader:
    wanted = asked.query.get("reader", "patient")
    return next((reader for reader in READERS if reader == wanted), "patient")


def _shown(kind: str, asked: Asked, name: str = "", *, query: str = "") -> Response:
    reader = _reader(asked)
    document = symptoms_like(load(), query) if query else _drawn(kind, name, reader)
    has_readers = kind in {"questions", "popular_claims", "state"}
    return page(
        "document_page.html.j2",
        d=document,
        resolve=_resolver(document),
        reader=reader,
        has_readers=has_readers,
        shelf=kind,
        query=query,
    )


def knowledge(asked: Asked) -> Response:
    """``/knowledge``: every explanation, with how common it is."""
    return _shown("states", asked)


def state(asked: Asked) -> Response:
    """``/knowledge/NAME``: everything known about one explanation."""
    name = asked.path["name"]
    if name not in load().states:
        raise HTTPException(404)
    return _shown("state", asked, name)


def tests(asked: Asked) -> Response:
    """``/tests``: every test."""
    return _shown("tests", asked)


def one_test(asked: Asked) -> Response:
    """``/tests/NAME``: what a test settles, its units, limits and pitfalls."""
    name = asked.path["name"]
    if name not in load().tests:
        raise HTTPException(404)
    return _shown("test", asked, name)


def symptoms(asked: Asked) -> Response:
    """``/symptoms``: every symptom by its first letter, or those that the words looked for may mean.

    What ails somebody comes in a form and never in an address.
    """
    return _shown("symptoms", asked, query=asked.form.get("q", "").strip()[:LONGEST_QUERY])


def symptom(asked: Asked) -> Response:
    """``/symptoms/NAME``: what one symptom speaks for."""
    name = asked.path["name"]
    if name not in spoken_for(load()):
        raise HTTPException(404)
    return _shown("symptom", asked, name)


def asked_often(asked: Asked) -> Response:
    """``/questions``: what people ask, answered from claims."""
    return _shown("questions", asked)


def often_said(asked: Asked) -> Response:
    """``/popular-claims``: what is often said, weighed."""
    return _shown("popular_claims", asked)

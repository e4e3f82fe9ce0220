"""The page for the doctor: one A4 of codes, values, tests and sources, as a page and as PDF from the same data."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec
from starlette.responses import Response

from repletion.assessment.model import Assessment, Citation
from repletion.case.model import Understood
from repletion.knowledge import load
from repletion.report.numbers import lasting
from repletion.report.orders import order_codes, order_name
from repletion.report.view import View, view_of
from repletion.report.wording import say
from repletion.web.forms import Asked
from repletion.web.pages import page
from repletion.web.reading import band_of, interview_of
from repletion.web.told import Told, after, packed, unpacked

HERE = Path(__file__).parent
MOST = {"reasons": 3, "said": 12, "labs": 16, "cautions": 5, "explanations": 5, "tests": 5, "sources": 6, "unread": 4}
LONGEST = 220


class LabLine(msgspec.Struct, frozen=True, kw_only=True):
    """A result: test with its code, value with unit, how it stands, date, and the range given."""

    test: str
    value: str
    stands: str
    date: str
    range: str
    code: str


class ExplanationLine(msgspec.Struct, frozen=True, kw_only=True):
    """An explanation: its probability with range, and what raised and lowered it most."""

    name: str
    probability: str
    because: str


class TestLine(msgspec.Struct, frozen=True, kw_only=True):
    """A test to consider, its code, and why."""

    test: str
    code: str
    why: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the page, in order; ``more`` says how much of it did not fit."""

    words: dict[str, str]
    title: str
    person: str
    draft: str
    urgency: str
    reasons: tuple[str, ...]
    complaints: tuple[str, ...]
    absent: tuple[str, ...]
    unread: tuple[str, ...]
    medicines: tuple[str, ...]
    conditions: tuple[str, ...]
    labs: tuple[LabLine, ...]
    cautions: tuple[str, ...]
    explanations: tuple[ExplanationLine, ...]
    tests: tuple[TestLine, ...]
    sources: tuple[str, ...]
    more: tuple[str, ...]
    made: str


_QUOTED = re.compile(r"“([^”]+)”")
_UNUSED = re.compile(r"not used|which one\?|not understood|stands for nothing")


def _short(text: str, longest: int = LONGEST) -> str:
    """At most so many letters, ended after a word; a word without end is cut."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    return f"{(kept[: kept.rfind(' ')] if ' ' in kept[longest // 2 :] else kept).rstrip(' ,;:(')}…"


def _said(thing: Understood) -> str:
    parts = [thing.label]
    if thing.dose:
        parts.append(thing.dose)
    if thing.duration_days:
        parts.append(lasting(thing.duration_days))
    if not thing.certain:
        parts.append(say("understood.uncertain"))
    if thing.past:
        parts.append(say("understood.in_past"))
    if thing.code:
        parts.append(thing.code)
    return _short(", ".join(parts))


def _cut(found: list[str], kind: str, more: list[str]) -> tuple[str, ...]:
    # what was said twice, once as a condition and once as what raises a risk, stands once, with its code
    unique = [one for one in dict.fromkeys(found) if not any(other.startswith(f"{one}, ") for other in found)]
    if len(unique) > MOST[kind]:
        more.append(say(f"web.doctor.more_{kind}", n=len(unique) - MOST[kind]))
    return tuple(unique[: MOST[kind]])


def _unread(answer: Assessment) -> list[str]:
    """Words that were typed and not used, as typed: a doctor may read what the program could not."""
    quoted = (_QUOTED.match(issue.message) for issue in answer.issues if _UNUSED.search(issue.message))
    return [_short(f"“{found[1]}”") for found in quoted if found]


def _is_taken(thing: Understood) -> bool:
    """Whether it is a medicine or supplement; a word for a class of medicines is known as what raises a risk."""
    factor = load().factors.get(thing.id) if thing.kind == "factor" else None
    return thing.kind == "drug" or (factor is not None and factor.kind in {"medicine", "supplement"})


def _lab_lines(view: View) -> list[LabLine]:
    """Every result; where there are more than the page holds, those out of range come first."""
    known = load()
    lines = []
    for lab, (test, value, date, given, typed, code) in zip(view.assessment.labs, view.lab_rows, strict=True):
        stands = band_of(lab, known, view.assessment.person)
        as_typed = "" if typed in {"", value} or _bare(typed) == _bare(value) else f" ({typed})"
        said = say(f"web.doctor.{stands}") if stands in {"low", "high"} else ""
        lines.append(LabLine(test=test, value=f"{value}{as_typed}", stands=said, date=date, range=given, code=code))
    return lines if len(lines) <= MOST["labs"] else sorted(lines, key=lambda line: not line.stands)


def _cautions(view: View) -> list[str]:
    """What was read with doubt, then what may have falsified a result by something told."""
    doubtful = [issue.message for issue in view.issues if issue.level == "warning"]
    misleading = [f"{test}: {caution.text}" for test, caution in view.lab_cautions]
    return [_short(text, 2 * LONGEST) for text in (*doubtful, *misleading)]


def _bare(reading: str) -> str:
    """A reading by which two spellings of one number in one unit are the same: ``2.0 mmol/L``, ``2 mmol/L``."""
    return re.sub(r"(\.\d*?)0+(?!\d)", r"\1", reading.strip()).replace(". ", " ")


def _sources(answer: Assessment, used: set[str]) -> list[str]:
    def line(source: Citation) -> str:
        return _short(f"{source.citation} {source.link or ''}".strip())

    return [line(source) for source in answer.citations if source.id in used]


def sheet(told: Told) -> Sheet:
    """The data of the page."""
    answer = interview_of(told).assessment
    view = view_of(answer, "clinician")
    more: list[str] = [] if answer.method.draws else [say("made.no_ranges")]
    here = [u for u in answer.understood if u.present]
    items = view.shown[: MOST["explanations"]]
    used = {reason.source for reason in answer.triage.reasons}
    by_claim = {claim.id: claim.source for claim in answer.claims}
    for item in items:
        used |= {by_claim[claim] for reason in item.raised[:2] for claim in reason.claims[:2] if claim in by_claim}
    used -= {"working-assumption", "background-knowledge-no-source-read"}
    labs = _lab_lines(view)
    if len(labs) > MOST["labs"]:
        more.append(say("web.doctor.more_labs", n=len(labs) - MOST["labs"]))
    explanations = tuple(
        ExplanationLine(
            name=item.name,
            probability=item.precise,
            because=_short("; ".join(f"{reason.name} ×{reason.ratio}" for reason in (item.raised + item.lowered)[:3])),
        )
        for item in items
    )
    advice = [_short(f"{a.label}: {a.clinician or a.message}", 2 * LONGEST) for a in (*view.advice, *view.also)]
    names = (
        "said", "absent", "unread", "medicines", "conditions", "labs", "explanations", "tests", "sources", "for_whom",
        "value", "date", "range", "none", "code", "why", "order", "test", "cautions",
    )  # fmt: skip
    return Sheet(
        words={name: say(f"web.doctor.{name}") for name in names},
        title=say("web.doctor.title"),
        person=view.person,
        draft=f"{say('draft')}. {say('draft_more')}",
        urgency=f"{say(f'urgency.{view.urgency}.word')} – {say(f'urgency.{view.urgency}.heading')}",
        reasons=_cut(advice, "reasons", more),
        complaints=_cut([_said(u) for u in here if u.kind in {"finding", "test"}], "said", more),
        absent=_cut([u.label for u in answer.understood if not u.present and u.kind != "list"], "said", more),
        unread=_cut(_unread(answer), "unread", more),
        medicines=_cut([_said(u) for u in here if _is_taken(u)], "said", more),
        conditions=_cut([_said(u) for u in here if u.kind in {"factor", "state"} and not _is_taken(u)], "said", more),
        labs=tuple(labs[: MOST["labs"]]),
        cautions=_cut(_cautions(view), "cautions", more),
        explanations=explanations,
        tests=tuple(
            TestLine(
                test=order_name(test, lay=False),
                code=order_codes(test),
                why=_short(why),
            )
            for test, why in view.tests[: MOST["tests"]]
        ),
        sources=_cut(_sources(answer, used), "sources", more),
        more=tuple(more),
        made=say(
            "web.doctor.made",
            software=answer.versions.software,
            knowledge=answer.versions.knowledge,
            foods=answer.versions.foods,
            fingerprint=answer.fingerprint,
        ),
    )


@cache
def _layout() -> bytes:
    return (HERE / "templates" / "doctor.typ").read_bytes()


def as_pdf(found: Sheet) -> bytes:
    """The sheet as a PDF of one A4 page; words are data to the layout, never instructions."""
    import typst

    data = msgspec.json.encode(found).decode()
    made: bytes = typst.compile(_layout(), format="pdf", sys_inputs={"sheet": data})
    return made


def doctor(asked: Asked) -> Response:
    """``/doctor``: the page, to print."""
    told = after(unpacked(asked.form.get("told")), asked.form)
    return page("doctor.html.j2", told=told, packed=packed(told), s=sheet(told))


def doctor_pdf(asked: Asked) -> Response:
    """``/doctor.pdf``: the same as a file."""
    told = after(unpacked(asked.form.get("told")), asked.form)
    headers = {"Content-Disposition": 'attachment; filename="repletion-doctor.pdf"'}
    return Response(as_pdf(sheet(told)), media_type="application/pdf", headers=headers)

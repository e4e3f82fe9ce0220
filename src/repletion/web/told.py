"""What the person told so far, as it travels in the form: typed words and chosen answers, never conclusions.

The form holds exactly this as JSON (``repletion.told/1``).  It comes back from a browser, so every length is bounded,
unknown fields are refused, and what it says is read anew each time as if it were typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from repletion.errors import RepletionError
from repletion.interview.model import AskedKind
from repletion.report import Reader

Short = Annotated[str, Meta(max_length=200)]
Phrase = Annotated[str, Meta(max_length=400)]
Text = Annotated[str, Meta(max_length=20_000)]
MOST_DIARY = 100_000
Authority = Literal["NASEM", "EFSA"]


class FormError(RepletionError):
    """The form that came back is not one of ours, or was changed on its way."""


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer to one question: ``yes``, ``no``, ``not_sure``, ``skip``, or words."""

    kind: AskedKind
    id: Short
    typed: Text


class Result(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A laboratory result as typed; ``range`` is the laboratory's own."""

    test: Short
    value: Short
    unit: Short = ""
    date: Short = ""
    range: Short = ""


class Told(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything told.

    ``removed``: subjects taken back, as ``kind:id``.  ``eating``: ways of eating; ``not_these``: foods not wanted.
    """

    schema: Literal["repletion.told/1"] = "repletion.told/1"
    words: Annotated[tuple[Text, ...], Meta(max_length=20)] = ()
    age: Short = ""
    sex: Literal["", "female", "male"] = ""
    pregnant: Literal["", "yes", "no"] = ""
    height: Short = ""
    weight: Short = ""
    medicines: Annotated[tuple[Phrase, ...], Meta(max_length=60)] = ()
    conditions: Annotated[tuple[Phrase, ...], Meta(max_length=60)] = ()
    labs: Annotated[tuple[Result, ...], Meta(max_length=60)] = ()
    answers: Annotated[tuple[Reply, ...], Meta(max_length=80)] = ()
    removed: Annotated[tuple[Short, ...], Meta(max_length=200)] = ()
    diary: Annotated[str, Meta(max_length=MOST_DIARY)] = ""
    eating: Annotated[tuple[Short, ...], Meta(max_length=12)] = ()
    not_these: Annotated[tuple[Short, ...], Meta(max_length=60)] = ()
    reader: Reader = "patient"
    authority: Authority = "NASEM"

    @property
    def is_empty(self) -> bool:
        """Whether nothing about a complaint, a result or food was told."""
        return not (any(self.words) or self.medicines or self.conditions or self.labs or self.answers or self.diary)


def packed(told: Told) -> str:
    """The JSON for the form."""
    return msgspec.json.encode(told).decode()


def unpacked(text: str | bytes | None) -> Told:
    """What a form brought back; nothing is told by an absent or empty field.  Raises :class:`FormError`."""
    if not text:
        return Told()
    try:
        return msgspec.json.decode(text, type=Told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormError("told") from error


def changed(told: Told, **fields: object) -> Told:
    """``told`` with other fields, checked like a form that comes back.  Raises :class:`FormError`."""
    return unpacked(msgspec.json.encode(msgspec.structs.replace(told, **fields)))


def _listed(typed: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in typed.replace(";", "\n").splitlines() if part.strip())


def _with_reply(told: Told, kind: str, name: str, typed: str) -> Told:
    kept = [reply for reply in told.answers if (reply.kind, reply.id) != (kind, name)]
    try:
        reply = Reply(kind=kind, id=name, typed=typed)  # type: ignore[arg-type]
    except msgspec.ValidationError as error:  # pragma: no cover - structs are checked by ``changed``
        raise FormError("answer") from error
    return changed(told, answers=(*kept, reply))


def _with_fields(told: Told, form: Mapping[str, str]) -> Told:
    """With every field that was filled in beside the button that was pressed."""
    for name in ("age", "sex", "pregnant", "height", "weight", "reader", "authority"):
        if name in form and form[name] != getattr(told, name):
            told = changed(told, **{name: form[name].strip()})
    if "diary" in form:
        told = changed(told, diary=form["diary"][:MOST_DIARY])
    if words := form.get("words", "").strip():
        told = changed(told, words=(*told.words, words))
    for field, name in (("medicine", "medicines"), ("condition", "conditions")):
        if more := _listed(form.get(field, "")):
            told = changed(told, **{name: tuple(dict.fromkeys((*getattr(told, name), *more)))})
    if test := form.get("lab_test", "").strip():
        parts = {name: form.get(f"lab_{name}", "").strip() for name in ("value", "unit", "date", "range")}
        told = changed(told, labs=(*told.labs, Result(test=test, **parts)))
    for key, unit in form.items():
        place = key.removeprefix("unit.")
        if key.startswith("unit.") and unit.strip() and place.isdecimal() and int(place) < len(told.labs):
            labs = list(told.labs)
            labs[int(place)] = msgspec.structs.replace(labs[int(place)], unit=unit.strip())
            told = changed(told, labs=tuple(labs))
    for key, unit in form.items():
        if key.startswith("unit-of.") and unit.strip():
            told = _with_unit(told, key.removeprefix("unit-of."), unit.strip()[:40])
    for key, value in form.items():
        if key.startswith("flag.") and value:
            told = _with_reply(told, "red_flag", key.removeprefix("flag."), value)
    return told


def _with_unit(told: Told, text: str, unit: str) -> Told:
    """With the unit of a result that stands in the words, written behind it there."""
    for place, words in enumerate(told.words):
        if text and text in words:
            fuller = words.replace(text, f"{text} {unit}", 1)
            return changed(told, words=(*told.words[:place], fuller, *told.words[place + 1 :]))
    return told


def _without(told: Told, what: str) -> Told:
    """Without one thing: ``lab:2``, ``answer:3``, ``medicine:0``, subjects as ``finding:tremor,state:anemia``."""
    kind, _, name = what.partition(":")
    lists = {"lab": "labs", "answer": "answers", "medicine": "medicines", "condition": "conditions", "words": "words"}
    if kind in lists and name.isdecimal():
        kept = list(getattr(told, lists[kind]))
        if int(name) < len(kept):
            del kept[int(name)]
        return changed(told, **{lists[kind]: tuple(kept)})
    if not name:
        raise FormError("remove")
    return changed(told, removed=tuple(dict.fromkeys((*told.removed, *what.split(",")))))


def after(told: Told, form: Mapping[str, str]) -> Told:
    """What is told once the form with its pressed button (``do``) is taken in.  Raises :class:`FormError`.

    Every filled field counts, whichever button was pressed, so that nothing typed is lost.
    """
    told = _with_fields(told, form)
    verb, _, what = form.get("do", "").partition(":")
    typed = form.get("typed", "").strip()
    if form.get("ask_id") and (verb == "answer" or typed):
        reply = typed if typed and (verb != "answer" or what == "typed") else what
        if reply == "typed":
            reply = "skip"  # the button without words
        told = _with_reply(told, form.get("ask_kind", ""), form["ask_id"], reply)
    if verb == "flags":  # warning signs that were shown and passed over are not asked again; that is never a no
        answered = {reply.id for reply in told.answers}
        for name in (key.removeprefix("shown.") for key in form if key.startswith("shown.")):
            if name not in answered:
                told = _with_reply(told, "red_flag", name, "skip")
    if verb == "remove":
        told = _without(told, what)
    return told

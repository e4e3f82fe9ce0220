"""What a match means under its key: which subject, present or absent, its dose, or an issue instead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from repletion.case.context import Context
from repletion.case.lexicon import Lexicon, Target
from repletion.case.matching import Match
from repletion.case.parts import Lab, Understood
from repletion.case.small_words import around, doses, one_of
from repletion.case.tokens import Token
from repletion.errors import Issue
from repletion.knowledge.base import PASSING

_IN_A_LITER = re.compile(r"\s*(?:/|per)\s*(?:d|m|µ|u)?l\b", re.IGNORECASE)
_CONDITIONS = ("state", "factor", "opposite", "finding", "drug", "class")
_FEELINGS = ("finding", "opposite", "state", "factor", "drug", "class")
_FEW = 4  # groups that one word may mean; of more the commonest is no good guess ("diet pills")
_MEDICINES = ("drug", "factor", "class", "nutrient", "which", "opposite", "state", "finding")
_HABITS = ("opposite", "factor", "drug", "class", "state", "finding")
PREFERENCES = {
    "symptoms": _FEELINGS,
    "signs": _FEELINGS,
    "findings": _FEELINGS,
    "stated_negatives": (*_FEELINGS, "which"),
    "conditions": _CONDITIONS,
    "investigations": _CONDITIONS,
    "labs": ("finding", "state", "factor"),
    "drugs": _MEDICINES,
    "lifestyle": _HABITS,
    "diet": _HABITS,
    "text": ("finding", "opposite", "state", "factor", "drug", "class", "nutrient", "which"),
}


@cache
def _a_dose() -> re.Pattern[str]:
    """An amount, and how often it is taken: "400 mg twice a day"."""
    small = doses()
    amount = rf"\d+(?:[.,]\d+)?(?:\s*-\s*\d+(?:[.,]\d+)?)?\s*(?:{one_of(small.amounts)})\b"
    return re.compile(rf"{amount}(?:\s*/\s*(?:day|d|week|h|kg))?(?:[\s,]*(?:{one_of(small.often)})\b)*", re.IGNORECASE)


@cache
def _next_subject() -> re.Pattern[str]:
    return re.compile(rf"[,;:.]\s*[^\W\d_]|\b(?:{one_of(doses().next_subject)})\b", re.IGNORECASE)


@dataclass(slots=True)
class Outcome:
    """What one or more statements gave."""

    understood: list[Understood] = field(default_factory=list)
    labs: list[Lab] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Append another outcome."""
        self.understood += other.understood
        self.labs += other.labs
        self.issues += other.issues


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a statement stands and what is known around it.

    ``section``: key of :data:`PREFERENCES`.  ``listed``: an entry of a list rather than running text.
    ``negative``: everything is stated as absent.  ``days``/``dose``: given beside the words.  ``age`` in years.
    ``hints``: nearest names are looked up for what is not understood.  ``today``, ``country``: for dates in words.
    """

    section: str
    where: str
    listed: bool = True
    negative: bool = False
    days: float | None = None
    dose: str | None = None
    past: bool = False
    age: float | None = None
    hints: bool = True
    today: dt.date | None = None
    own: bool = False  # in the whole text somebody speaks of himself
    country: str | None = None


def _choose(match: Match, prefer: Sequence[str], history: bool) -> list[Target]:
    kinds = [t.kind for t in match.targets]
    if "nothing" in kinds or "silent" in kinds:
        return [t for t in match.targets if t.kind in {"nothing", "silent"}][:1]
    order = prefer if not history else ("factor", "state", *prefer)
    for kind in order:
        if kind in kinds:
            same = [t for t in match.targets if t.kind == kind]
            both = {"state": "factor", "factor": "state"}.get(kind)
            chosen = same[:2] if kind == "finding" else same[:1]
            return chosen + [t for t in match.targets if both and t.kind == both and t.id == same[0].id][:1]
    return []


def issue(level: str, setting: Setting, message: str, remedy: str) -> Issue:
    return Issue(level=level, where=setting.where, message=message, remedy=remedy)  # type: ignore[arg-type]


def somebody_elses(words: str, setting: Setting) -> Issue:
    """The remark on words that are about somebody else."""
    said = f"“{words}” was read as said of somebody else and not used."
    return issue("note", setting, said, "If it is about you, say “I have …”.")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One match in its setting.  ``words``: those of the match; ``text``: the statement; ``found``: its tokens.

    ``history``: "history of" stands before it.  ``outcome``: where remarks go.
    """

    match: Match
    context: Context
    history: bool
    words: str
    text: str
    found: Sequence[Token]
    setting: Setting
    lexicon: Lexicon
    outcome: Outcome

    def told(self) -> Iterator[Understood]:
        """The statements that the match makes, or issues instead."""
        if (why := self._turned_away()) is not None:
            self.outcome.issues.append(why)
            return
        for target in _choose(self.match, PREFERENCES[self.setting.section], self.history):
            if target.kind == "silent":
                return
            if self.context.asked and self._is_taken(target):
                self._say(
                    "note", "was read as asked about or not borne, not as taken.", "If you take it, say “I take …”."
                )
                return
            if target.kind == "nothing":
                remedy = "Describe what is felt in other words."
                self._say("note", "stands for nothing that is reasoned on here.", remedy)
                return
            yield from self._of(target)

    def _is_taken(self, target: Target) -> bool:
        """Whether it is a medicine or a supplement, itself or as the factor that it is."""
        factor = self.lexicon.knowledge.factors.get(target.id) if target.kind == "factor" else None
        known = factor is not None and factor.kind in {"medicine", "supplement"}
        return known or target.kind in {"drug", "class", "nutrient", "which"}

    @property
    def _present(self) -> bool:
        return self.context.present and not self.setting.negative

    @property
    def _shown(self) -> str:
        return self.text if self.setting.listed and len(self.text) <= 160 else self.words

    def _say(self, level: str, what: str, advice: str) -> None:
        self.outcome.issues.append(self._issue(level, what, advice))

    def _issue(self, level: str, what: str, advice: str) -> Issue:
        return issue(level, self.setting, f"“{self.words}” {what}", advice)

    def _turned_away(self) -> Issue | None:
        """The remark on a match that is of somebody else, not found by an investigation, or only feared."""
        if self.context.relative:
            return somebody_elses(self.words, self.setting)
        if self.setting.section == "investigations" and not self._present:
            advice = "A symptom that is absent belongs under stated_negatives."
            return self._issue("note", "was read as not found by this investigation.", advice)
        if self.context.feared:
            return self._issue("note", "was read as feared, not as felt.", "If it happened, say when.")
        return None

    def _nutrient(self, target: Target) -> bool:
        """Whether it is a nutrient that is also measured: among signs "selenium" is no supplement taken."""
        drug = self.lexicon.knowledge.drugs.get(target.id) if target.kind == "drug" else None
        return drug is not None and drug.kind == "supplement"

    def _of(self, target: Target) -> Iterator[Understood]:
        """What one target of the match is: a medicine, a group of them, or a subject."""
        measured = self.setting.section in {"signs", "investigations", "labs"} and self._nutrient(target)
        if (target.kind == "nutrient" or measured) and not _is_dose(self.match, self.found, self.setting, self.text):
            if self.setting.section == "text" or measured:
                self._say(
                    "note",
                    "is named neither with a result nor as something taken; it was not used.",
                    "For a supplement give the dose, for a result the value and its unit.",
                )
        elif target.kind == "which":
            yield from self._which(self.lexicon.words.which[target.id])
        elif target.kind in {"class", "nutrient"}:
            yield from self._class(target.id, certain=self.context.certain, dose=self._dose())
        elif self.context.concern and target.kind in {"state", "factor"}:
            advice = "If a doctor has found it, list it under conditions."
            self._say("note", "was read as a question or a worry, not as a diagnosis.", advice)
        elif target.kind == "opposite" and not (
            self.context.present or self.setting.negative or self.setting.section == "stated_negatives"
        ):
            self._say("note", "was denied; what follows from that was not read.", "Say what is there instead.")
        else:
            yield self._subject(target)

    def _which(self, classes: Sequence[str]) -> Iterator[Understood]:
        """A word that several groups of medicines are called by."""
        if not self._present:
            for name in classes:
                yield from self._class(name, certain=self.context.certain)
            return
        for name in classes[:1] if len(classes) <= _FEW else ():  # the group most used stands first
            yield from self._class(name, certain=False)
        said = f"“{self.words}”: which one? Several groups of medicines are called so."
        self.outcome.issues.append(issue("warning", self.setting, said, "Give the name on the packet."))

    def _class(self, name: str, *, certain: bool, dose: str | None = None) -> Iterator[Understood]:
        """A group of medicines: the factors that it switches on, or the group itself when it switches none."""
        knowledge = self.lexicon.knowledge
        factors = knowledge.factors_of_drug_class.get(name, ())
        targets = [("factor", f, knowledge.factors[f].label) for f in factors]
        for kind, ident, label in targets or [("drug", name, name.replace("_", " "))]:
            yield Understood(
                text=self._shown,
                where=self.setting.where,
                kind=kind,  # type: ignore[arg-type]
                id=ident,
                label=label,
                present=self._present,
                certain=certain,
                dose=dose,
                past=self.context.cued or self.setting.past,
                score=self.match.score,
            )

    def _subject(self, target: Target) -> Understood:
        """A finding, state, factor or medicine; an opposite says that one is absent."""
        kind, present, setting = target.kind, self._present, self.setting
        if kind == "opposite":
            # "weight stable" among what is absent still says that none was lost; "non-smoker: false" does not
            turned = setting.negative and self.context.present and setting.section != "stated_negatives"
            kind, present = _kind_of(target.id, self.lexicon), turned
        return Understood(
            text=self._shown,
            where=setting.where,
            kind=kind,  # type: ignore[arg-type]
            id=target.id,
            label=target.label,
            code=target.code,
            present=present,
            certain=self.context.certain,
            onset=_onset(self.context, target.id) if kind == "finding" else None,
            dose=self._dose() if kind == "drug" else None,
            past=_past(kind, target.id, self.context, self.history, setting, self.lexicon),
            score=self.match.score,
        )

    def _dose(self) -> str | None:
        return _dose(self.text, self.found, self.match, self.setting)


def _onset(context: Context, name: str) -> Literal["sudden", "gradual"] | None:
    """How a finding began: half a body that is weak on waking came in the night."""
    if context.onset is None and context.waking and name in around().sudden_on_waking:
        return "sudden"
    return context.onset


def _kind_of(name: str, lexicon: Lexicon) -> str:
    if name in lexicon.knowledge.findings:
        return "finding"
    return "factor" if name in lexicon.knowledge.factors else "state"


def _past(kind: str, name: str, context: Context, history: bool, setting: Setting, lexicon: Lexicon) -> bool:
    """Past symptoms, states and medicines are past; a condition or an operation stays with the person."""
    if kind == "factor":
        factor = lexicon.knowledge.factors[name]
        return factor.kind in PASSING and (context.cued or setting.past)
    if kind == "drug":  # an infusion two weeks ago still works
        return context.cued or setting.past
    return context.past or setting.past or (history and kind != "drug")


def _is_dose(match: Match, found: Sequence[Token], setting: Setting, text: str) -> bool:
    if setting.section == "drugs":
        return True
    near = found[max(0, match.first - 3) : match.last + 3]
    return bool(doses().taken & {t.low for t in near}) or bool(_a_dose().match(text[found[match.last].end :].lstrip()))


def _dose(text: str, found: Sequence[Token], match: Match, setting: Setting) -> str | None:
    if setting.dose:
        return setting.dose
    end = found[match.last].end
    hit = _a_dose().search(text, end)
    if hit is None or hit.start() - end >= 40:
        return None
    # "omeprazole, magnesium 0.68 mmol/L" holds no dose of omeprazole: another word begins, or the amount is in a liter
    if _next_subject().search(text[end : hit.start()]) or _IN_A_LITER.match(text, hit.end()):
        return None
    return hit.group().strip()

"""Free words under one key → what was understood, results, and issues for what was not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from repletion.case.context import Context, Sentence
from repletion.case.durations import Span, spans
from repletion.case.lexicon import Lexicon, Target
from repletion.case.matching import Match, find
from repletion.case.model import Lab, Understood
from repletion.case.results import from_stated, stated
from repletion.case.tokens import Token, tokens, words_of
from repletion.errors import Issue

_SENTENCE = re.compile(r"(?<![\s.][A-Za-z])(?<!e\.g)(?<!i\.e)(?<!approx)(?<!\bvs)[.!?]+(?=\s|$)|[\n;]+")
_DOSE = re.compile(
    r"\d+(?:[.,]\d+)?(?:\s*-\s*\d+(?:[.,]\d+)?)?\s*(?:mg|mcg|ug|µg|μg|micrograms?|g|grams?|iu|units?|ml|mmol|meq|%|puffs?|tablets?"
    r"|tabs?|pills?|drops?|cartridges?|canisters?|bottles?)\b(?:\s*/\s*(?:day|d|week|h|kg))?(?:[\s,]*(?:once|twice|three times|bd|bid|od|tds|tid"
    r"|qds|qid|daily|nightly|weekly|monthly|a day|per day|every day|a week|per week|in the morning|at night|prn|nocte|mane|"
    r"iv|im|orally|po|day|week|a|per|times))*",
    re.IGNORECASE,
)
_CONDITIONS = ("state", "factor", "opposite", "finding", "drug", "class")
_FEELINGS = ("finding", "opposite", "state", "factor", "drug", "class")
_MEDICINES = ("drug", "class", "nutrient", "which", "factor", "opposite", "state", "finding")
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
_TAKEN_WORDS = frozenset("supplement supplements tablet tablets pill pills injection injections takes take taking capsules "
                         "capsule on".split())  # fmt: skip
_HISTORY_OF = re.compile(r"\bhistory\b", re.IGNORECASE)
_NUMBER_NEAR = 5


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
    """

    section: str
    where: str
    listed: bool = True
    negative: bool = False
    days: float | None = None
    dose: str | None = None
    past: bool = False
    age: float | None = None


def sentences(text: str) -> Iterator[str]:
    """Sentences and lines of a text."""
    start = 0
    for match in _SENTENCE.finditer(text):
        piece = text[start : match.end()].strip()
        if piece:
            yield piece
        start = match.end()
    if text[start:].strip():
        yield text[start:].strip()


def read_statement(text: str, setting: Setting, lexicon: Lexicon) -> Outcome:
    """Read free words.  Never raises for what a person typed."""
    outcome = Outcome()
    for sentence in sentences(text):
        outcome.add(_read_sentence(sentence, setting, lexicon))
    return outcome


def _read_sentence(text: str, setting: Setting, lexicon: Lexicon) -> Outcome:
    outcome = Outcome()
    found = tokens(text, lexicon.words.spelling)
    free: list[Token] = list(found)
    covered: set[int] = set()
    if setting.section in {"text", "signs", "symptoms", "investigations", "conditions", "diet"}:
        phrases = find(found, lexicon, listed=setting.listed)
        named = {i for m in phrases for i in m.at if m.whole and len(m.at) > 1}
        for hit in stated(found, text, lexicon):
            span = range(hit.first, hit.last + 1)
            if hit.band is not None and (set(span) & named or setting.section == "conditions"):
                continue  # "low potassium" is a statement about a state
            lab, issues = from_stated(hit, setting.where, lexicon)
            outcome.labs.append(lab)
            outcome.issues += issues
            covered |= set(span)
        free = [t if i not in covered else _blank(t) for i, t in enumerate(found)]
    matches = find(free, lexicon, listed=setting.listed)
    sentence = Sentence(free, matches, lexicon.words)
    times = spans(text, lexicon.words, age=setting.age)
    lasting, ago = _durations(matches, free, times, sentence)
    read: set[int] = set(covered)
    for n, match in enumerate(matches):
        context = sentence.of(match, ago=n in ago)
        read |= set(match.at)
        words = text[free[match.first].start : free[match.last].end]
        history = context.history and not _lasting_history(text, times)
        for item in _meanings(match, context, history, words, text, free, setting, lexicon, outcome):
            days = lasting.get(n, setting.days)
            outcome.understood.append(_with_days(item, days))
    _quantities(found, setting, lexicon, outcome, read)
    _leftovers(text, free, matches, read, setting, lexicon, outcome)
    return outcome


def _blank(token: Token) -> Token:
    return Token(",", ",", ",", token.start, token.end, "mark")


def _with_days(item: Understood, days: float | None) -> Understood:
    import msgspec

    return item if days is None or item.duration_days is not None else msgspec.structs.replace(item, duration_days=days)


def _lasting_history(text: str, times: Sequence[Span]) -> bool:
    """Whether "history" is one of some length: "a 2-week history of tingling"."""
    return any(
        0 <= m.start() - span.end <= 3 or 0 <= span.start - m.end() <= 6
        for m in _HISTORY_OF.finditer(text)
        for span in times
    )


def _durations(
    matches: Sequence[Match], found: Sequence[Token], times: Sequence[Span], sentence: Sentence
) -> tuple[dict[int, float], set[int]]:
    """Days for each match, and the matches that a point in the past belongs to.

    A time belongs to the matches before it, back to the last time; a leading time to those after it.
    """
    lasting: dict[int, float] = {}
    ago: set[int] = set()
    began = sentence.words.cues["began"]
    previous = -1
    for k, span in enumerate(times):
        following = times[k + 1].start if k + 1 < len(times) else 10**9
        before = [
            n for n, m in enumerate(matches) if previous <= found[m.first].start < span.start and n not in lasting
        ]
        after = [n for n, m in enumerate(matches) if span.end <= found[m.first].start < following]
        chosen = _same_list(before, matches, found, span.start) or after
        if span.ago:
            near = [i for i, t in enumerate(found) if t.start < span.start]
            says_began = any((found[i].low,) in began for i in near[-6:])
            if says_began:
                lasting |= {n: span.days for n in chosen}
            else:
                ago |= set(chosen)
        else:
            lasting |= {n: span.days for n in chosen}
        previous = span.end
    return lasting, ago


def _same_list(before: list[int], matches: Sequence[Match], found: Sequence[Token], end: int) -> list[int]:
    """Of the matches before a time, those of its clause; of the whole list when the clause ends it with "and"."""
    commas = [i for i, t in enumerate(found) if t.text == "," and t.start < end]
    if not commas or not before:
        return before
    clause = [t for t in found[commas[-1] :] if t.start < end]
    if any(t.low in {"and", "or"} for t in clause):
        return before
    near = [n for n in before if matches[n].first > commas[-1]]
    return near or [before[-1]]


def _choose(match: Match, prefer: Sequence[str], history: bool) -> list[Target]:
    kinds = [t.kind for t in match.targets]
    if "nothing" in kinds:
        return list(match.targets[:1])
    order = prefer if not history else ("factor", "state", *prefer)
    for kind in order:
        if kind in kinds:
            same = [t for t in match.targets if t.kind == kind]
            both = {"state": "factor", "factor": "state"}.get(kind)
            chosen = same[:2] if kind == "finding" else same[:1]
            return chosen + [t for t in match.targets if both and t.kind == both and t.id == same[0].id][:1]
    return []


def _issue(level: str, setting: Setting, message: str, remedy: str) -> Issue:
    return Issue(level=level, where=setting.where, message=message, remedy=remedy)  # type: ignore[arg-type]


def _meanings(
    match: Match,
    context: Context,
    history: bool,
    words: str,
    text: str,
    found: Sequence[Token],
    setting: Setting,
    lexicon: Lexicon,
    outcome: Outcome,
) -> Iterator[Understood]:
    """The statements that one match makes, or issues instead."""
    present = context.present and not setting.negative
    shown = text if setting.listed and len(text) <= 160 else words
    if context.relative:
        outcome.issues.append(
            _issue(
                "note",
                setting,
                f"“{words}” was read as said of somebody else and not used.",
                "If it is about you, say “I have …”.",
            )
        )
        return
    for target in _choose(match, PREFERENCES[setting.section], history):
        if target.kind == "nothing":
            outcome.issues.append(
                _issue(
                    "note",
                    setting,
                    f"“{words}” stands for nothing that is reasoned on here.",
                    "Describe what is felt in other words.",
                )
            )
            return
        if target.kind == "nutrient" and not _is_dose(match, found, setting, text):
            continue
        if target.kind == "which":
            classes = lexicon.words.which[target.id]
            if not present:
                for name in classes:
                    yield from _class(name, False, context, shown, match, setting, lexicon)
            elif not context.past:
                outcome.issues.append(
                    _issue(
                        "warning",
                        setting,
                        f"“{words}”: which one? Several groups of medicines are called so.",
                        "Give the name on the packet.",
                    )
                )
            continue
        if target.kind in {"class", "nutrient"}:
            yield from _class(
                target.id, present, context, shown, match, setting, lexicon, dose=_dose(text, found, match, setting)
            )
            continue
        kind, present_now = target.kind, present
        if kind == "opposite":
            kind, present_now = (
                _kind_of(target.id, lexicon),
                not present if setting.negative and context.present else False,
            )
        yield Understood(
            text=shown,
            where=setting.where,
            kind=kind,  # type: ignore[arg-type]
            id=target.id,
            label=target.label,
            code=target.code,
            present=present_now,
            certain=context.certain,
            onset=context.onset if kind == "finding" else None,
            dose=_dose(text, found, match, setting) if kind == "drug" else None,
            past=_past(kind, target.id, context, history, setting, lexicon),
            score=match.score,
        )


def _kind_of(name: str, lexicon: Lexicon) -> str:
    if name in lexicon.knowledge.findings:
        return "finding"
    return "factor" if name in lexicon.knowledge.factors else "state"


def _past(kind: str, name: str, context: Context, history: bool, setting: Setting, lexicon: Lexicon) -> bool:
    """Past symptoms, states and medicines are past; a condition or an operation stays with the person."""
    if kind == "factor":
        factor = lexicon.knowledge.factors[name]
        passing = factor.kind in {"habit", "medicine", "supplement", "diet"}
        return passing and (context.past or setting.past)
    return context.past or setting.past or (history and kind != "drug")


def _class(
    name: str,
    present: bool,
    context: Context,
    shown: str,
    match: Match,
    setting: Setting,
    lexicon: Lexicon,
    *,
    dose: str | None = None,
) -> Iterator[Understood]:
    """A group of medicines: the factors that it switches on, or the group itself when it switches none."""
    factors = lexicon.knowledge.factors_of_drug_class.get(name, ())
    targets = [("factor", f, lexicon.knowledge.factors[f].label) for f in factors]
    for kind, ident, label in targets or [("drug", name, name.replace("_", " "))]:
        yield Understood(
            text=shown,
            where=setting.where,
            kind=kind,  # type: ignore[arg-type]
            id=ident,
            label=label,
            present=present,
            certain=context.certain,
            dose=dose,
            past=context.past or setting.past,
            score=match.score,
        )


def _is_dose(match: Match, found: Sequence[Token], setting: Setting, text: str) -> bool:
    if setting.section == "drugs":
        return True
    near = found[max(0, match.first - 3) : match.last + 3]
    return bool(_TAKEN_WORDS & {t.low for t in near}) or bool(_DOSE.match(text[found[match.last].end :].lstrip()))


def _dose(text: str, found: Sequence[Token], match: Match, setting: Setting) -> str | None:
    if setting.dose:
        return setting.dose
    hit = _DOSE.search(text, found[match.last].end)
    return hit.group().strip() if hit and hit.start() - found[match.last].end < 40 else None


def _quantities(found: Sequence[Token], setting: Setting, lexicon: Lexicon, outcome: Outcome, read: set[int]) -> None:
    """Habits that a number makes or excludes: five coffees a day, eight hours of sleep."""
    numbers = lexicon.words.numbers
    for rule in lexicon.words.quantities:
        factor = lexicon.knowledge.factors.get(rule.subject)
        if factor is None:
            continue
        stems = [t.stem for t in found]
        for i in range(len(found) - len(rule.near) + 1):
            if tuple(stems[i : i + len(rule.near)]) != rule.near:
                continue
            around = range(max(0, i - _NUMBER_NEAR), min(len(found), i + len(rule.near) + _NUMBER_NEAR))
            if rule.unit and not any(stems[j] == rule.unit for j in around):
                continue
            value = next(
                (x for j in sorted(around, key=lambda j: abs(j - i)) if (x := _amount(found[j], numbers)) is not None),
                None,
            )
            if value is None:
                continue
            present = value < rule.below if rule.below is not None else value >= (rule.start or 0)
            used = [i, *(j for j in around if _amount(found[j], numbers) is not None)]
            read |= set(used)
            outcome.understood = [u for u in outcome.understood if u.id != rule.subject or u.where != setting.where]
            first, last = min(used), max(used)
            text = " ".join(t.text for t in found[first : last + 1])
            outcome.understood.append(
                Understood(
                    text=text, where=setting.where, kind="factor", id=rule.subject, label=factor.label, present=present
                )
            )
            break


def _amount(token: Token, numbers: dict[str, float]) -> float | None:
    if token.role == "number":
        try:
            return float(token.low.replace(",", "."))
        except ValueError:
            return None
    return numbers.get(token.low) if token.low not in {"a", "an", "some", "many"} else None


def _leftovers(
    text: str,
    found: Sequence[Token],
    matches: Sequence[Match],
    read: set[int],
    setting: Setting,
    lexicon: Lexicon,
    outcome: Outcome,
) -> None:
    """An issue for each clause of which nothing was understood."""
    if outcome.understood or outcome.labs or outcome.issues:
        if setting.listed:
            return
        clauses = list(_clauses(found))
    else:
        clauses = [list(range(len(found)))] if setting.listed else list(_clauses(found))
    for clause in clauses:
        if read & set(clause) or any(set(m.at) & set(clause) for m in matches):
            continue
        content = [i for i in clause if found[i].role == "word"]
        if not content or (not setting.listed and len(content) < 2):
            continue
        said = text[found[clause[0]].start : found[clause[-1]].end].strip(" ,;.")
        if words_of(said) in lexicon.words.cues["well"] or _only_small(found, content, lexicon):
            if setting.listed:
                outcome.issues.append(
                    _issue(
                        "note",
                        setting,
                        f"“{said}” was read; it names no single finding.",
                        "Name what is absent, one by one, if it matters.",
                    )
                )
            continue
        outcome.issues.append(
            _issue(
                "warning" if setting.listed else "note",
                setting,
                f"“{said}” was not understood and not used.",
                remedy(said, lexicon),
            )
        )


def _only_small(found: Sequence[Token], content: Iterable[int], lexicon: Lexicon) -> bool:
    cues = lexicon.words.cues
    return all(any((found[i].low,) in cues[role] for role in ("negation", "well", "subject", "began")) for i in content)


def _clauses(found: Sequence[Token]) -> Iterator[list[int]]:
    clause: list[int] = []
    for i, token in enumerate(found):
        if token.text in {",", ";", ":", "(", ")", ".", "!", "?"}:
            if clause:
                yield clause
            clause = []
        else:
            clause.append(i)
    if clause:
        yield clause


def remedy(said: str, lexicon: Lexicon) -> str:
    """The three nearest known phrases, as advice."""
    from rapidfuzz import fuzz, process

    near = process.extract(
        said.lower()[:80], lexicon.names.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=45, limit=8
    )
    labels = list(dict.fromkeys(lexicon.names[name].label for name, _, _ in near))[:3]
    if not labels:
        return "Say it in other words, one thing a line."
    return f"Say it in other words. Nearest: {'; '.join(labels)}."

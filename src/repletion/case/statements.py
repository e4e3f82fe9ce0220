"""Free words under one key → what was understood, results, and issues for what was not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import msgspec

from repletion.case.allergies import food_groups
from repletion.case.context import Sentence
from repletion.case.course import in_attacks, lasting_from_before, narrower, of_a_spell, of_other_words
from repletion.case.durations import Span, spans
from repletion.case.eating import of_one_food
from repletion.case.lexicon import Lexicon
from repletion.case.lists import denial, denied_list, normal, normal_runs, normal_signs, nothing_found
from repletion.case.matching import Match, find
from repletion.case.meanings import Meaning, Outcome, Setting, issue, somebody_elses
from repletion.case.measured import counted_in_effort
from repletion.case.parts import Lab, Understood
from repletion.case.person import says_who
from repletion.case.quantities import quantities
from repletion.case.results import Stated, from_stated, stated
from repletion.case.small_words import dates as date_words
from repletion.case.small_words import denied, laboratory
from repletion.case.tokens import Token, tokens, words_of
from repletion.case.weightless import remark
from repletion.case.when import Stamp, dated, since, stamps
from repletion.errors import Issue

_SENTENCE = re.compile(r"(?<![\s.][A-Za-z])(?<!^[A-Za-z])(?<!e\.g)(?<!i\.e)(?<!approx)(?<!\bvs)[.!?]+(?=\s|$)|[\n;]+")
_HISTORY_OF = re.compile(r"\bhistory\b", re.IGNORECASE)
_OPENS = re.compile(r"\W*(?:an?\s+|the\s+)?history of\b", re.IGNORECASE)
_UP_TO_NOW = re.compile(r"\b(?:over|for|in|during) the (?:last|past|preceding)\b", re.IGNORECASE)
_NEAR = 68  # percent of likeness; names less alike than this frighten more than they help
_LONGEST_SENTENCE = 600  # characters; people's sentences stay far below
_MOST_HINTS = 40  # of many words that nothing knows only the first get their nearest names: each takes a search
NO_APPETITE = "If nothing is eaten, say so."
SAY_OTHERWISE = "Say it in other words, one thing a line."


def sentences(text: str) -> Iterator[str]:
    """Sentences and lines of a text; what never ends is cut at a comma or a space, so that time grows with length."""
    start = 0
    for match in _SENTENCE.finditer(text):
        yield from _short(text[start : match.end()].strip())
        start = match.end()
    yield from _short(text[start:].strip())


def _short(piece: str) -> Iterator[str]:
    while len(piece) > _LONGEST_SENTENCE:
        cut = max(piece.rfind(mark, 0, _LONGEST_SENTENCE) for mark in (",", " "))
        cut = cut if cut > 0 else _LONGEST_SENTENCE
        yield piece[:cut].strip(" ,") or piece[:cut]
        piece = piece[cut:].strip(" ,")
    if piece:
        yield piece


def read_statement(text: str, setting: Setting, lexicon: Lexicon) -> Outcome:
    """Read free words.  Never raises for what a person typed."""
    outcome = Outcome()
    before = 0
    for sentence in dict.fromkeys(sentences(text)):  # said twice is said once
        setting = replace(setting, hints=setting.hints and len(outcome.issues) <= _MOST_HINTS)
        times = spans(sentence, lexicon.words, age=setting.age)
        part = _read_sentence(sentence, times, setting, lexicon)
        lasting_from_before(outcome.understood, before, part, times, sentence, lexicon.words)
        before = len(outcome.understood) if part.understood else before
        outcome.add(part)
    return outcome


def _read_sentence(text: str, times: Sequence[Span], setting: Setting, lexicon: Lexicon) -> Outcome:
    """``times``: every length of time in ``text``."""
    outcome = Outcome()
    found = tokens(text, lexicon.words.spelling)
    free: list[Token] = list(found)
    covered: set[int] = set()
    matches: list[Match] | None = None
    dates = stamps(text, times, today=setting.today, country=setting.country)
    if setting.section in {"text", "signs", "symptoms", "investigations", "conditions", "diet"}:
        phrases = find(found, lexicon, listed=setting.listed)
        named = {i for m in phrases for i in m.at if m.whole and len(m.at) > 1 and m.names_more}
        hits = []
        for hit in stated(found, text, lexicon):
            span = range(hit.first, hit.last + 1)
            worded = hit.band not in {None, "normal"}
            elsewhere = not laboratory().other_specimens.isdisjoint(found[i].low for i in span)  # no state of the blood
            if worded and not elsewhere and (set(span) & named or setting.section == "conditions"):
                continue  # "low potassium" is a statement about a state
            covered |= set(span)
            if setting.own and Sentence(found, [], lexicon.words).owned(hit.first):
                outcome.issues.append(somebody_elses(text[found[hit.first].start : found[hit.last].end], setting))
                continue
            hits.append(hit)
        of = dated([(found[hit.first].start, found[hit.last].end) for hit in hits], dates, text)
        for n, hit in enumerate(hits):
            lab, issues = from_stated(hit, setting.where, lexicon)
            outcome.labs.append(_with_date(lab, of.get(n), setting, outcome))
            outcome.issues += issues
        used = list(of.values())
        covered |= {i for i, t in enumerate(found) if any(s.start <= t.start < s.end for s in used)}
        for i in sorted(covered, reverse=True):
            names_sample = {*date_words().beside_result, *laboratory().name_fillers}
            while i and found[i - 1].low in names_sample and found[i].role != "mark":
                i -= 1
                covered.add(i)
        times = [time for time in times if not any(s.start <= time.start < s.end for s in used)]
        dates = [date for date in dates if date not in used]
        outcome.issues += _untied(hits, dates, text, setting)
        for run, absent in normal_runs(found, lexicon):
            said = text[found[run[0]].start : found[run[-1]].end]
            outcome.understood += normal(absent, said, setting.where, lexicon)
            covered |= set(run)
        if covered:
            free = [t if i not in covered else _blank(t) for i, t in enumerate(found)]
        else:
            matches = phrases
    if matches is None:
        matches = find(free, lexicon, listed=setting.listed)
    adult = lexicon.knowledge.rules.get("adult_age")
    young = setting.age is not None and adult is not None and setting.age < adult.value
    denied = setting.section == "stated_negatives"
    sentence = Sentence(free, matches, lexicon.words, all_denied=denied, young=young)
    times = sorted([*times, *since(dates, text, today=setting.today)], key=lambda time: time.start)
    lasting, ago = _durations(matches, free, times, sentence)
    read: set[int] = set(covered)
    for n, match in enumerate(matches):
        read |= set(match.at)
        if _of_the_next(match, matches[n + 1 : n + 2], free):
            continue
        if of_one_food(match, free, lexicon.words.spelling):
            outcome.issues.append(issue("note", setting, f"“{text}” was read: it is said of one food.", NO_APPETITE))
            continue
        context = sentence.of(match, ago=n in ago)
        words = text[free[match.first].start : free[match.last].end]
        history = context.history and not (_lasting_history(text, times) or _complaints_now(text, matches, setting))
        for item in Meaning(match, context, history, words, text, free, setting, lexicon, outcome).told():
            if counted_in_effort(item.id, match.at, free, setting.age):
                continue
            days = setting.days if setting.days is not None else lasting.get(n)
            item = in_attacks(item, match, free, lexicon)
            outcome.understood.append(_with_days(item, days))
            outcome.understood += [_with_days(kind, days) for kind in narrower(item, days, match, free, lexicon)]
    quantities(found, setting, lexicon, outcome, read)
    _leftovers(text, free, matches, times, read, setting, lexicon, outcome)
    return outcome


def _of_the_next(match: Match, following: Sequence[Match], found: Sequence[Token]) -> bool:
    """Whether words that deny something belong to the medicine right behind them: "normal strength paracetamol"."""
    of_medicine = {m.first for m in following if any(t.kind in {"drug", "class", "which"} for t in m.targets)}
    behind = [t.low for t in found[match.first : match.last + 2]]
    if behind[-2:] == ["unresponsive", "to"] and match.last + 2 in of_medicine:
        return True  # "itching unresponsive to rifampicin" is no coma
    return match.last + 1 in of_medicine and bool(match.targets) and all(t.kind == "opposite" for t in match.targets)


def _with_date(lab: Lab, stamp: Stamp | None, setting: Setting, outcome: Outcome) -> Lab:
    """The result with the day that stands beside it; how a day was read is said once."""
    if stamp is None or stamp.day is None:
        return lab
    if stamp.remark:
        said = issue("note", setting, stamp.remark, "Write dates as 2026-11-20.")
        outcome.issues += [] if said in outcome.issues else [said]
    if setting.today is not None and stamp.day > setting.today:
        outcome.issues.append(
            issue("warning", setting, f"The date {stamp.day} lies in the future; the result was used without a date.",
                  "Check the date.")
        )  # fmt: skip
        return lab
    return msgspec.structs.replace(lab, date=stamp.day)


def _untied(hits: Sequence[Stated], dates: Sequence[Stamp], text: str, setting: Setting) -> list[Issue]:
    """A remark for each day that is named among results and stands beside none of them."""
    lasting = {(span.start, span.end) for span in since(dates, text, today=setting.today)}
    return [
        issue("note", setting, f"“{text[d.start : d.end]}” was tied to no result and not used.",
              "Write the date right behind its result.")
        for d in dates
        if hits and (d.start, d.end) not in lasting
    ]  # fmt: skip


def _blank(token: Token) -> Token:
    return Token(",", ",", ",", token.start, token.end, "mark")


def _with_days(item: Understood, days: float | None) -> Understood:
    return item if days is None else msgspec.structs.replace(item, duration_days=days)


def _lasting_history(text: str, times: Sequence[Span]) -> bool:
    """Whether "history" is one of some length: "a 2-week history of tingling"."""
    return any(
        0 <= m.start() - span.end <= 3 or 0 <= span.start - m.end() <= 6
        for m in _HISTORY_OF.finditer(text)
        for span in times
    )


def _complaints_now(text: str, matches: Sequence[Match], setting: Setting) -> bool:
    """Whether "history of" opens complaints of now: several in one line of complaints, or with "over the last day"."""
    if setting.section not in {"symptoms", "signs"} or not _OPENS.match(text):
        return False
    findings = sum(any(t.kind == "finding" for t in m.targets) for m in matches)
    return findings > 1 or bool(_UP_TO_NOW.search(text))


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
        if any(span.start <= found[i].start < span.end for m in matches for i in m.at if found[i].role != "number"):
            continue  # "28 weeks pregnant": the time is part of what is said
        if of_a_spell(found, span, sentence.words):
            continue
        following = times[k + 1].start if k + 1 < len(times) else 10**9
        before = [
            n for n, m in enumerate(matches) if previous <= found[m.first].start < span.start and n not in lasting
        ]
        after = [n for n, m in enumerate(matches) if span.end <= found[m.first].start < following]
        chosen = _same_list(before, matches, found, span.start) or after
        next_word = next((t.low for t in found if t.start >= span.end), "")
        beside = [n for n in after if found[matches[n].first].low == next_word]
        if after and next_word == "of":  # "after weeks of vomiting"
            chosen = after[:1]
        elif beside and any(t.kind == "factor" for t in matches[beside[0]].targets):  # "28 weeks pregnant"
            chosen = beside
        if span.ago and of_other_words(span, matches, found, began):
            previous = span.end
            continue
        if span.ago:
            near = [i for i, t in enumerate(found) if t.start < span.start]
            says_began = any((found[i].low,) in began for i in near[-6:])
            if says_began:
                lasting |= dict.fromkeys(chosen, span.days)
            else:
                ago |= set(chosen)
                since = [n for n in chosen if all(t.kind in {"factor", "state"} for t in matches[n].targets)]
                lasting |= dict.fromkeys(since, span.days)  # time since an operation
        else:
            lasting |= dict.fromkeys(chosen, span.days)
        previous = span.end
    return lasting, ago


def _same_list(before: list[int], matches: Sequence[Match], found: Sequence[Token], end: int) -> list[int]:
    """Of the matches before a time, those of its clause; of the whole list when the clause ends it with "and"."""
    commas = [i for i, t in enumerate(found) if t.text == "," and t.start < end]
    if not commas or not before:
        return before
    clause = [t for t in found[commas[-1] :] if t.start < end]
    if {t.low for t in clause} & {"and", "or"}:
        return before
    near = [n for n in before if matches[n].first > commas[-1]]
    if not near and not any(t.role == "word" for t in clause):  # "twitching, cramps, for a month"
        near = [n for n in before if any(t.kind == "finding" for t in matches[n].targets)]
    return near or [before[-1]]


def _leftovers(
    text: str,
    found: Sequence[Token],
    matches: Sequence[Match],
    times: Sequence[Span],
    read: set[int],
    setting: Setting,
    lexicon: Lexicon,
    outcome: Outcome,
) -> None:
    """An issue for each clause of which nothing was understood."""
    if outcome.understood or outcome.labs or outcome.issues or not setting.listed:
        clauses = list(_clauses(found, apart=setting.section == "drugs"))
        if setting.listed and (len(clauses) < 2 or setting.section in {"labs", "investigations", "stated_negatives"}):
            return
    else:
        clauses = [list(range(len(found)))]
    matched = {i for m in matches for i in m.at if any(t.kind != "silent" for t in m.targets)}
    nothing = not matched and read <= {i for m in matches for i in m.at}
    if (
        nothing
        and (whole := denied_list(text, setting.section, negative=setting.negative, lexicon=lexicon)) is not None
    ):
        outcome.understood.append(denial(whole, text, setting.where))  # "no prescribed, herbal or other medications"
        return
    if nothing and (signs := normal_signs(text, setting.where, lexicon)):  # "normal tone, power and reflexes"
        outcome.understood += signs
        return
    for clause in clauses:
        if read & set(clause) or any(set(m.at) & set(clause) for m in matches):
            continue
        content = [i for i in clause if found[i].role == "word"]
        something = bool(outcome.understood or outcome.labs)
        alone = setting.listed and not something
        if not content:
            continue
        said = text[found[clause[0]].start : found[clause[-1]].end].strip(" ,;.")
        asked = text[found[clause[-1]].end :].startswith("?")
        if (setting.section == "text" and says_who(said)) or (setting.listed and something and _aside(said, setting)):
            continue
        if avoided := food_groups(said):
            outcome.issues.append(
                issue(
                    "note",
                    setting,
                    f"“{said}” was read: {', '.join(sorted(avoided))} is left out of the foods that are named.",
                    "Nothing else is concluded from an allergy.",
                )
            )
            continue
        if (whole := denied_list(said, setting.section, negative=setting.negative, lexicon=lexicon)) is not None:
            outcome.understood.append(denial(whole, said, setting.where))
            continue
        if not asked and (signs := normal_signs(said, setting.where, lexicon)):
            outcome.understood += signs
            continue
        spoken = words_of(said.lower().removeprefix("and ").removeprefix("i'm ").removeprefix("i am "))
        usual = spoken in lexicon.words.cues["well"] or not denied().normal.isdisjoint(spoken)
        usual = usual or (setting.section == "investigations" and nothing_found(said))
        if usual or _only_small(found, content, lexicon):
            if alone or not something:
                outcome.issues.append(
                    issue(
                        "note",
                        setting,
                        f"“{said}” was read; it names no single finding.",
                        "Name what is absent, one by one, if it matters.",
                    )
                )
            continue
        denies = setting.section == "stated_negatives" or _denies(found, clause, lexicon)
        how = {"denied": denies, "of_food": setting.section == "diet"}
        if known := remark(said, clause, found, times, lexicon.words.spelling, age=setting.age, **how):
            outcome.issues.append(issue("note", setting, known, SAY_OTHERWISE))
            continue
        outcome.issues.append(
            issue(
                "warning" if alone else "note",
                setting,
                f"“{said}” was not understood and not used.",
                remedy(said, lexicon) if setting.hints else SAY_OTHERWISE,
            )
        )


def _denies(found: Sequence[Token], clause: Iterable[int], lexicon: Lexicon) -> bool:
    """Whether a clause holds a word that denies."""
    cues = lexicon.words.cues
    return any((found[i].low,) in cues[role] for i in clause for role in ("negation", "negation_list"))


def _only_small(found: Sequence[Token], content: Iterable[int], lexicon: Lexicon) -> bool:
    cues = lexicon.words.cues
    return all(any((found[i].low,) in cues[role] for role in ("negation", "well", "subject", "began")) for i in content)


def _aside(said: str, setting: Setting) -> bool:
    """Whether a clause beside what was understood only gives an amount or a time: "20 mg once daily"."""
    return any(c.isdigit() for c in said) or setting.dose is not None


def _clauses(found: Sequence[Token], *, apart: bool = False) -> Iterator[list[int]]:
    """Clauses between marks; ``apart``: also between "and" and "plus"."""
    clause: list[int] = []
    for i, token in enumerate(found):
        if token.text in {",", ";", ":", "(", ")", ".", "!", "?"} or (apart and token.low in {"and", "plus", "+", "&"}):
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

    # the ratio of sorted words, whose sorting for the lexicon is done once
    words = " ".join(sorted(said.lower()[:80].split()))
    able = lexicon.sorted_names.like(words, _NEAR)
    near = process.extract(words, able, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=8)
    labels = list(dict.fromkeys(lexicon.names[name].label for _, _, name in near))[:3]
    return f"Say it in other words. Nearest: {'; '.join(labels)}." if labels else SAY_OTHERWISE

"""Whether one clause of a red flag holds for a case, and on which of the person's words.

Unknown is not no and not yes: a clause on something nobody mentioned does not hold, and neither does its opposite
count as said.  Past findings do not fire; past conditions, operations and stays do.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

import msgspec

from repletion.case.model import Case, Lab, Understood
from repletion.case.numeric import whichever_unit
from repletion.case.small_words import dates
from repletion.knowledge import Knowledge
from repletion.knowledge.base import with_wider
from repletion.knowledge.models import Condition
from repletion.triage import phrases

_QUOTED = re.compile(r"[“\"‘'](.{2,200}?)[”\"’'](?!\w)")

_SAID = ("text", "symptoms", "signs", "stated_negatives")
"""Places whose words are in ``Case.said`` with their sentence, or were denied."""

Need = tuple[str, str]
"""Kind and name of something that a case can hold: a finding, factor, state or test, a word or the beginning of one."""

Held = tuple[str, ...] | None
"""The person's own words on which a clause holds; ``None`` when it does not hold."""


class Reading:
    """A case with its lookups worked out once."""

    def __init__(self, case: Case, knowledge: Knowledge, on: dt.date | None = None) -> None:
        self.case = case
        self.knowledge = knowledge
        self.labs = tuple(lab for lab in case.labs if not _outdated(lab, case, knowledge, on or case.on))
        self.findings: dict[str, list[Understood]] = {}
        self.factors: dict[str, list[str]] = {}
        self.states: dict[str, list[str]] = {}
        for item in case.understood:
            if not item.present:
                continue
            if item.kind == "finding" and not item.past:
                for name in with_wider(item.id, knowledge.findings):
                    self.findings.setdefault(name, []).append(item)
            elif item.kind == "factor":
                self._add_factor(item.id, item.text)
            elif item.kind == "drug" and not item.past:
                for name in knowledge.factors_of_drug.get(item.id, ()):
                    self._add_factor(name, item.text)
            elif item.kind == "state":
                self.states.setdefault(item.id, []).append(item.text)
        for item in case.theirs:  # whose the complaint is, is not said: it is read for both
            for name in knowledge.factors_of_drug.get(item.id, ()) if item.kind == "drug" else (item.id,):
                if name in knowledge.factors:
                    self._add_factor(name, item.text)
        if case.person.pregnant:
            self._add_factor("pregnancy", "pregnant")
        self.texts = tuple(dict.fromkeys(self._texts()))

    def there(self) -> set[Need]:
        """Everything that this case holds of what a clause may need."""
        found = {("finding", name) for name in self.findings}
        found.update(("factor", name) for name in self.factors)
        found.update(("state", name) for name in self.states)
        found.update(("test", lab.test) for lab in self.labs if lab.test is not None)
        for text in self.texts:
            words, heads = phrases.words_of(text)
            found.update(("word", word) for word in words)
            found.update(("head", head) for head in heads)
        return found

    def _add_factor(self, name: str, text: str) -> None:
        for wider in with_wider(name, self.knowledge.factors):
            self.factors.setdefault(wider, []).append(text)

    def _texts(self) -> Iterable[str]:
        """Everything typed that a phrase may stand in, each with its whole sentence where the case kept it."""
        yield from self.case.said
        if not self.case.said:
            for item in self.case.understood:
                if item.present and not item.past and item.kind in {"finding", "state"}:
                    yield item.text
        for issue in self.case.issues:
            if issue.where.startswith("stated_negatives"):
                continue  # what was denied is no warning sign, understood or not
            if not (self.case.said and issue.where.startswith(_SAID)):
                yield from _QUOTED.findall(issue.message)

    # -- clauses -----------------------------------------------------------------------------------------------

    def holds(self, condition: Condition) -> Held:
        """Whether every part that ``condition`` sets holds.  A condition that sets nothing never holds."""
        parts: list[Held] = []
        if condition.finding is not None:
            parts.append(self._finding(condition))
        if condition.factor is not None and None not in parts:
            parts.append(_words(self.factors.get(condition.factor)))
        if condition.state is not None and None not in parts:
            parts.append(_words(self.states.get(condition.state)))
        if condition.test is not None and None not in parts:
            parts.append(self._test(condition))
        if condition.critical and None not in parts:
            parts.append(self._critical())
        if condition.words and None not in parts:
            parts.append(self._phrases(condition.words))
        if None in parts:  # the first part that does not hold decides
            return None
        parts += self._person(condition)
        if condition.any_of and None not in parts:
            parts.append(_union([self.holds(part) for part in condition.any_of]))
        for part in condition.all_of:
            if None in parts:
                return None
            parts.append(self.holds(part))
        held = [part for part in parts if part is not None]
        if not parts or len(held) < len(parts) or any(self.holds(part) is not None for part in condition.none_of):
            return None
        return tuple(dict.fromkeys([text for part in held for text in part]))

    def _finding(self, condition: Condition) -> Held:
        found = self.findings.get(condition.finding or "")
        if not found:
            return None
        if condition.days_over is not None:
            found = [u for u in found if u.duration_days is not None and u.duration_days > condition.days_over]
        if condition.days_under is not None:
            found = [u for u in found if u.duration_days is not None and u.duration_days < condition.days_under]
        if condition.sudden is not None:
            found = [u for u in found if (u.onset == "sudden") is condition.sudden]
        return _words([u.text for u in found])

    def _person(self, condition: Condition) -> Iterable[Held]:
        limits = condition.age_over, condition.age_under, condition.bmi_under, condition.pregnant
        if limits == (None, None, None, None):
            return ()
        person = self.case.person
        parts: list[Held] = []
        try:
            bmi = person.bmi if condition.bmi_under is not None else None
        except (OverflowError, ZeroDivisionError):  # sizes that nobody has
            bmi = None
        for limit, value, sign in (
            (condition.age_over, person.age, 1),
            (condition.age_under, person.age, -1),
            (condition.bmi_under, bmi, -1),
        ):
            if limit is not None:
                parts.append(() if value is not None and (value - limit) * sign > 0 else None)
        if condition.pregnant is not None:
            parts.append(() if person.pregnant is condition.pregnant else None)
        return parts

    def _phrases(self, wanted: tuple[str, ...]) -> Held:
        for text in self.texts:
            if (found := phrases.find(wanted, text)) is not None:
                return (found,)
        return None

    def _test(self, condition: Condition) -> Held:
        below = self._limit(condition.below)
        above = self._limit(condition.above)
        for lab in self.labs:
            if lab.test != condition.test or not lab.usable or lab.value is None or (below is None and above is None):
                continue
            if _below(lab, below) and _above(lab, above):
                return (lab.typed or lab.text,)
        return None

    def _critical(self) -> Held:
        """Results at or beyond the limits at which laboratories telephone; without a unit, in each they may have."""
        found = []
        for lab in self.labs:
            test = self.knowledge.tests.get(lab.test)
            if test is None or test.critical is None:
                continue
            low, high = test.critical.low, test.critical.high
            values = [lab.value] if lab.usable else whichever_unit(lab, test)
            meant = [msgspec.structs.replace(lab, value=value) for value in values if value is not None]
            if meant and all(
                (low is not None and _below(one, low)) or (high is not None and _above(one, high)) for one in meant
            ):
                found.append(f"{lab.label} {lab.typed or lab.text}")
        return _words(found)

    def _limit(self, claim: str | None) -> float | None:
        if claim is None:
            return None
        record = self.knowledge.claims.get(claim)
        return None if record is None else record.value


def _outdated(lab: Lab, case: Case, knowledge: Knowledge, day: dt.date | None) -> bool:
    """Whether a result says nothing of today: a newer one of the same test stands beside it, or it is long ago.

    ``day``: of the assessment; where nobody knows it, a year is long ago in which nobody may have written this.
    """
    if lab.date is None:
        return False
    same = [other for other in case.labs if other.test == lab.test and other.usable and other.value is not None]
    if any(other.date is not None and other.date > lab.date for other in same):
        return True
    if day is None:
        return lab.date.year <= dates().long_past_year
    return (day - lab.date).days > knowledge.rule("result_urgent_days")


def needed(condition: Condition) -> frozenset[Need] | None:
    """Of which a case must hold at least one, or the clause does not hold; ``None`` where nothing such can be named."""
    named = (("finding", condition.finding), ("factor", condition.factor), ("state", condition.state))
    found = [frozenset({(kind, name)}) for kind, name in (*named, ("test", condition.test)) if name is not None]
    if condition.words:
        words, heads = phrases.starts_of(condition.words)
        found.append(frozenset([*(("word", word) for word in words), *(("head", head) for head in heads)]))
    one_of = [needed(part) for part in condition.any_of]
    if one_of and None not in one_of:
        found.append(frozenset().union(*(need for need in one_of if need is not None)))
    found += [need for part in condition.all_of if (need := needed(part)) is not None]
    return min(found, key=len, default=None)


def _words(texts: list[str] | None) -> Held:
    return tuple(dict.fromkeys(texts)) if texts else None


def _union(parts: Iterable[Held]) -> Held:
    held = [part for part in parts if part is not None]
    return tuple(text for part in held for text in part) if held else None


def _below(lab: Lab, limit: float | None) -> bool:
    """At or below the limit: laboratories telephone at the limit, so the limit itself counts."""
    return limit is None or (lab.value is not None and lab.value <= limit and lab.comparator != ">")


def _above(lab: Lab, limit: float | None) -> bool:
    return limit is None or (lab.value is not None and lab.value >= limit and lab.comparator != "<")

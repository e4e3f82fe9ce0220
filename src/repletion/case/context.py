"""What is said *about* a match: present or absent, sure or not, now or past, the person's own or a relative's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from repletion.case.cues import cue_at as _cue_at
from repletion.case.matching import Match
from repletion.case.small_words import around
from repletion.case.tokens import Token
from repletion.case.when import of_the_past
from repletion.case.words import Words

_ASKED_REACH = 3
_AGO_REACH = 5  # words of a time to its "ago"
_NEVER_REACH = 12  # words behind "never"
_EASING_REACH = 10  # words after the complaint
_SEGMENT = frozenset(",;:()[]/")


@dataclass(frozen=True, slots=True)
class Context:
    """The setting of one match.  ``relative``: said about somebody else.
    ``past``: over; ``cued``: because a word says so, not only a point in time.
    ``concern``: asked or feared, not stated.  ``feared``: something that has not happened.
    ``asked``: whether to take it is asked.  ``waking``: there on waking.
    """

    present: bool = True
    certain: bool = True
    past: bool = False
    cued: bool = False
    stopped: bool = False
    history: bool = False
    relative: bool = False
    concern: bool = False
    feared: bool = False
    asked: bool = False
    onset: Literal["sudden", "gradual"] | None = None
    waking: bool = False


class Sentence:
    """One sentence with its matches, and the reach of every cue in it."""

    def __init__(
        self,
        found: Sequence[Token],
        matches: Sequence[Match],
        words: Words,
        *,
        all_denied: bool = False,
        young: bool = False,
    ) -> None:
        self.all_denied = all_denied  # the words stand where only what is absent is told
        self.young = young  # of whom "at school" is now
        self.tokens = found
        self.words = words
        self.lows = [_negation_form(t) for t in found]
        self.taken = {i for m in matches for i in m.at}
        self.medicines = {i for m in matches for i in m.at if all(t.kind in {"drug", "class"} for t in m.targets)}
        self.inside = {i for m in matches for i in range(m.first, m.last + 1)}
        self.denying = {
            m.last + 1
            for m in matches
            if any(t.kind == "opposite" for t in m.targets) and (self.lows[m.first],) in words.cues["negation"]
        }
        self.negated = self._negations()

    def _ends(self, i: int) -> bool:
        return bool(_cue_at(self.lows, i, self.words.cues["negation_end"])) and i not in self.taken

    def _continues(self, comma: int) -> bool:
        """Whether a list goes on after a comma: an "or"/"nor" follows, and no new subject begins before it."""
        for i in range(comma + 1, len(self.tokens)):
            low = self.lows[i]
            if low in around().list_joins:
                return True
            if self._ends(i) or low in {";", "(", "."} or (low,) in self.words.cues["subject"]:
                return False
        return False

    def _negations(self) -> set[int]:
        negated: set[int] = set()
        turns_joined = around().turns_joined
        i = 0
        while i < len(self.tokens):
            if i in self.taken:
                i += 1
                continue
            if i in self.denying:  # "no alcohol or tobacco"
                i = self._deny(i, negated, listing=False)
                continue
            if gone := _cue_at(self.lows, i, self.words.cues["past"]):
                i += gone  # "no longer" dates; it does not deny
                continue
            if goes_on := _cue_at(self.lows, i, self.words.cues["goes_on"]):
                i += goes_on  # "won't stop twitching" twitches
                continue
            if self.lows[i] == "never" and self._never_yet(i):
                i += 1  # "never had such a headache" has one
                continue
            if self.lows[i] in turns_joined and self.lows[i + 1 : i + 2] == ["-"]:
                # "non-bilious vomiting" is vomiting, "pre-diabetic" no diabetic: a joined word turns its own word alone
                negated.add(i + 2)
                i += 3
                continue
            listing = _cue_at(self.lows, i, self.words.cues["negation_list"])
            single = _cue_at(self.lows, i, self.words.cues["negation"])
            if not listing and not single:
                i += 1
                continue
            cue = range(i, i + max(listing, single))
            if any(k in self.taken and (self.lows[k],) in self.words.cues["negation"] for k in cue):
                i += 1  # "do not feel steady": the "not" belongs to the phrase
                continue
            listing = listing if self._lists_complaints(i, listing) else 0
            listing = listing or (single if self.all_denied else 0)  # "no fever, night sweats" denies both
            aside = i > 0 and bool(_cue_at(self.lows, i - 1, self.words.cues["aside"]))
            i = self._deny(i + max(listing, single), negated, listing=bool(listing), aside=aside)
        return negated

    def _lists_complaints(self, i: int, size: int) -> bool:
        """Whether a list denied by the cue of ``size`` words at ``i`` goes on after a comma.

        Not after a test: of "negative for flu, severe breathlessness" only the flu is negative.
        """
        rest = range(i + size, len(self.tokens))
        comma = next((k for k in rest if self.lows[k] == ","), None)
        if comma is None or self.lows[i] != "negative" or any(k in self.taken for k in range(i + size, comma)):
            return True
        joined = not around().complaints_join.isdisjoint(self.lows[comma + 1 :])
        return joined and self.tokens[min(comma + 1, rest[-1])].role != "degree"

    def _never_yet(self, i: int) -> bool:
        """Whether the "never" at ``i`` measures what is there now: "never had such pain"."""
        for j in range(i + 1, min(i + _NEVER_REACH, len(self.lows))):
            if self.lows[j] in {";", ".", ","} or self.lows[j] in around().never_ends:
                return False
            if _cue_at(self.lows, j, self.words.cues["never_yet"]):
                return not _cue_at(self.lows, j, self.words.cues["never_still"])
        return False

    def _deny(self, i: int, negated: set[int], *, listing: bool, aside: bool = False) -> int:
        """Mark what a negation reaches from token ``i``; returns where to go on.

        ``aside``: it stands in a clause about the word before, which "and" ends: "a rash that does not fade and fever".
        """
        j = i
        while j < len(self.tokens):
            low = self.lows[j]
            if low == "(" and listing and ")" in self.lows[j:]:
                j = self.lows.index(")", j) + 1  # "denies weakness (other than of the eyes), fever": the list goes on
                continue
            if self._ends(j) or low in {";", "(", ")", ":", "."}:
                break
            if low == "," and not listing and not self._continues(j):
                break
            if low == "than" and "other" in self.lows[i:j]:
                break  # "no other medicine than metformin" takes it
            if low in around().new_clause and (aside or self._new_after(i, j)):
                break
            negated.add(j)
            j += 1
        return max(i + 1, j)

    def _new_after(self, start: int, joiner: int) -> bool:
        """Whether "and" opens something that a negation from ``start`` does not reach.

        A new subject does ("no fever and I have cramps"), and so does a complaint after a list that is denied as a
        whole: "no disease known to me and cramps".
        """
        if joiner + 1 >= len(self.tokens):
            return False
        cues = self.words.cues
        if (self.lows[joiner + 1],) in cues["subject"]:
            return True
        if self.all_denied:
            return False  # "denies drug allergies and alcohol use": among what is absent one list goes on
        lists = [i for i in range(start, joiner) if i not in self.taken and _cue_at(self.lows, i, cues["list_noun"])]
        named = any(i in self.taken for i in range(start, joiner))
        again = _cue_at(self.lows, joiner + 1, cues["list_noun"])  # "no diseases and medicines" is one list
        return bool(lists) and not named and not again

    def _segment(self, start: int, end: int) -> tuple[int, int]:
        while start > 0 and self.lows[start - 1] not in _SEGMENT and not self._ends(start - 1):
            start -= 1
        while end + 1 < len(self.tokens) and self.lows[end + 1] not in _SEGMENT and not self._ends(end + 1):
            end += 1
        return start, end

    def _said(self, role: str, start: int, end: int, *, free: bool = True) -> bool:
        cues = self.words.cues[role]
        return any(_cue_at(self.lows, i, cues) for i in range(start, end) if not free or i not in self.taken)

    def _asked(self, start: int, first: int) -> bool:
        """Whether it is asked if this should be taken: the first medicine behind such words, and not "my warfarin"."""
        cues = self.words.cues["asks_to_take"]
        for i in range(start, first):
            if size := _cue_at(self.lows, i, cues):
                between = self.lows[i + size : first]
                return len(between) <= _ASKED_REACH and around().taken_already.isdisjoint(between)
        return False

    def _eased(self, start: int) -> bool:
        """Whether something is said to ease the complaint each time: "went away when I stamped my foot" comes back."""
        return any(
            _cue_at(self.lows, i, self.words.cues["eased_by"])
            and not around().eases.isdisjoint(self.lows[max(start, i - 3) : i])
            for i in range(start, min(start + _EASING_REACH, len(self.lows)))
        )

    def _after(self, match: Match, role: str) -> bool:
        """Whether a cue follows, past joined matches and small words ("Chvostek and Trousseau signs negative")."""
        i, words = match.last + 1, around()
        while i < len(self.tokens):
            size = _cue_at(self.lows, i, self.words.cues[role])
            if size and role == "past_after" and not self._over(i):
                return False
            if size and role.startswith("past") and (self._time_at(i + size) or self._of_another(match, i)):
                return False
            if size and i not in self.taken:
                alone = i + size >= len(self.tokens) or self.lows[i + size] in _SEGMENT or self.lows[i + size] == "."
                return alone or self.lows[i] not in words.answers or role.startswith("past")
            low = self.lows[i]
            small = self.tokens[i].role in {"grammar", "degree"} or low in words.signs or low in {":", "("}
            if not small and i not in self.inside and low not in words.behind_joins:
                return False
            i += 1
        return False

    def _before(self, match: Match) -> bool:
        """Whether the sign is called negative by the word before it: "negative Babinski", not "HIV negative, weak".

        Only what an examiner elicits: "the scan was negative weakness goes on" has weakness.
        """
        i = match.first - 1
        if not around().signs_together.isdisjoint(self.lows[match.last : match.last + 2]):  # "negative X and Y signs"
            while i > 0 and (i in self.inside or self.lows[i] in around().sign_joins):
                i -= 1
        elicited = any(_cue_at(self.lows, k, self.words.cues["elicited"]) for k in range(match.first, match.last + 1))
        if i < 0 or not elicited or not _cue_at(self.lows, i, self.words.cues["negation_before"]):
            return False
        return i == 0 or self.tokens[i - 1].role == "mark" or (self.lows[i - 1],) in self.words.cues["before_sign"]

    def of(self, match: Match, *, ago: bool) -> Context:
        """The setting of one match.  ``ago``: a point in the past was named in its segment."""
        start, end = self._segment(match.first, match.last)
        cues = self.words.cues
        negative = (
            any(i in self.negated for i in match.at)
            or self._after(match, "negation_after")
            or self._before(match)
            or (all(t.kind == "opposite" for t in match.targets) and self._after(match, "out_of_reach"))
        )
        history = self._said("history", start, match.first)
        concern = self._said("concern", start, match.first)
        began = self._said("began", start, end + 1)
        stopped = not self._eased(match.last + 1) and (
            self._after(match, "past_after")
            or any(
                (size := _cue_at(self.lows, i, cues["past_after"]))
                and self._over(i)
                and self.lows[i] != "brief"
                and not self._of_another(match, i)
                and self.lows[i - 1] != "to"
                and not self._time_at(i + size)
                and not (began and (self.lows[i + size - 1],) in cues["ago"])  # "diagnosed with it years ago" has it
                for i in range(match.last + 1, end + 1)
            )
        )
        # a "recovering alcoholic" drinks no more; "past alcoholism" in a report mostly means a risk that goes on
        beside = match.first > 0 and bool(_cue_at(self.lows, match.first - 1, cues["past_beside"]))
        before = any(
            (size := _cue_at(self.lows, i, cues["past"]))
            and (i == 0 or self.lows[i - 1] != "to")  # "to quit smoking" smokes
            and not self._time_at(i + size)  # "in the past week" is now
            for i in range(start, match.first)
            if i not in self.taken
        )
        left = any(  # "came off my bike while on warfarin" takes warfarin
            (size := _cue_at(self.lows, i, cues["left"]))
            and all(low in around().holds_left for low in self.lows[i + size : match.first])
            for i in range(start, match.first)
        )
        over = (before or left or stopped) and not self._again(match)
        cued = beside or over or (not began and self._year(start, end))
        question = match.last + 1 < len(self.tokens) and self.lows[match.last + 1] == "?"
        if question and match.first > 0:  # "Is it magnesium?" asks; "?seizure" doubts
            question = match.last + 2 >= len(self.tokens) and len(self.tokens) <= len(match.at) + 2
        uncertain = question or self._said("uncertain", max(0, match.first - 4), match.first)
        onset: Literal["sudden", "gradual"] | None = None
        if self._said("sudden", start, end + 1):
            onset = "sudden"
        elif self._said("gradual", start, end + 1):
            onset = "gradual"
        return Context(
            present=not negative,
            certain=not uncertain,
            past=cued or (ago and not began),
            cued=cued,
            stopped=stopped,
            history=history,
            relative=self.relative(match.first, match.last),
            concern=concern,
            feared=self._said("hypothetical", start, match.first),
            asked=self._asked(start, match.first),
            onset=onset,
            waking=self._said("waking", 0, len(self.tokens)),
        )

    def _again(self, match: Match) -> bool:
        """Whether a medicine is said to be taken again or still: "tapered off it from 40 mg, now on 10 mg"."""
        return self.medicines.issuperset(match.at) and any(
            (size := _cue_at(self.lows, i, self.words.cues["taken_again"]))
            and self.medicines.isdisjoint(range(match.last + 1, i + size + _AGO_REACH))
            for i in range(match.last + 1, len(self.tokens))
        )

    def _over(self, i: int) -> bool:
        """Whether a cue from ``i`` on says that it is over: "has gone", not "lips gone blue"."""
        size = _cue_at(self.lows, i, self.words.cues["past_after"])
        if not size or (self.young and tuple(self.lows[i : i + size]) in self.words.cues["of_youth"]):
            return False
        turns = self.lows[i + size - 1] == "gone" and i + size < len(self.tokens)
        return not (turns and (self.lows[i + size],) in self.words.cues["gone_on"])

    def _of_another(self, match: Match, cue: int) -> bool:
        """Whether a cue behind a medicine is of a complaint between them: "on beta blockers and the faints stopped"."""
        between = self.taken.intersection(range(match.last + 1, cue))
        return self.medicines.issuperset(match.at) and bool(between - self.medicines)

    def _time_at(self, i: int) -> bool:
        """Whether a length of time begins at token ``i``: "three weeks", "few days", "month"."""
        if i >= len(self.tokens) or (self.lows[i],) in self.words.cues["ago"]:
            return False
        numbers, units = self.words.numbers, self.words.units
        counted = self.tokens[i].role == "number" or self.lows[i] in numbers or self.lows[i] == "couple"
        if any((low,) in self.words.cues["ago"] for low in self.lows[i : i + _AGO_REACH]):
            return False  # "stopped a year ago" is over
        behind = self.lows[i + 1 : i + 4] if counted else self.lows[i : i + 1]
        return any(low in units or low.removesuffix("s") in units for low in behind)

    def _year(self, start: int, end: int) -> bool:
        """Whether a year of the past, or an age, is named: "in 2009", "in January 2020", "when I was 12"."""
        return any(of_the_past(self.lows, i) for i in range(start, end + 1))

    def owned(self, first: int) -> bool:
        """Whether the result at token ``first`` is a relative's: "my mother's potassium", "mum had potassium".

        Only one who stands directly before it: "I live with my wife, sodium 112" is the person's own.
        """
        at = first - 2 if first > 1 and self.lows[first - 1] in around().holds else first - 1
        family = self.words.cues["family"]
        return at >= 0 and ((self.lows[at],) in family or (self.lows[at].removesuffix("'s"),) in family)

    def relative(self, first: int, last: int) -> bool:
        """Whether what stands from token ``first`` to ``last`` is of somebody else; "my wife says I twitch" is not."""
        _, end = self._segment(first, last)
        family = self.words.cues["family"]
        for i in range(0, first):
            if self.lows[i] == "family" and self.lows[max(0, i - 2) : i - 1] == ["in"]:
                continue  # "it runs in the family, I am tired" looks back
            if i in self.taken or not (_cue_at(self.lows, i, family) or (self.lows[i].removesuffix("'s"),) in family):
                continue
            told = any(_cue_at(self.lows, j, self.words.cues["reporter"]) for j in range(i + 1, min(i + 4, first)))
            own = any(self.lows[j] in around().own for j in range(i + 1, first))
            if not told and not own:
                return True
        return any(
            self.lows[i] == "in" and _cue_at(self.lows, min(i + 2, end), self.words.cues["family"])
            for i in range(last + 1, end)
        )


def _negation_form(token: Token) -> str:
    """Contractions as their cue: "don't" is "not", "can't" stays a complaint."""
    return "not" if token.stem == "not" and token.low != "not" else token.low


def says_negative(section: str, text: str) -> bool:
    """Under ``stated_negatives`` words without a negation of their own are absent all the same."""
    if section != "stated_negatives":
        return False
    low = f" {text.lower()} "
    return not any(cue in low for cue in around().own_negation)

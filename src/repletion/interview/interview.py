"""The interview: what was said so far, what to ask next, and when to stop.

Order: the complaint in the person's own words; the few red flags that fit it; age and sex; how long; medicines;
conditions; a red flag that fits those; then always the question of highest expected information per effort.  An
interview never changes: :meth:`Interview.answer` gives a new one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property

import msgspec

from repletion.assessment.calendar import season_of
from repletion.assessment.cite import cite, named
from repletion.assessment.model import Assessment, Question
from repletion.assessment.stations import SEED, assess
from repletion.case.model import Case, Person
from repletion.errors import InferenceError, RepletionError
from repletion.intake.tables import Authority
from repletion.interview import hearing, urgent, weighing
from repletion.interview.asking import OPEN, TO_NAME, question_about
from repletion.interview.model import UNANSWERED, Answered, Asked, Reply, Stop, StopReason
from repletion.interview.wording import sentence, wording
from repletion.knowledge import Knowledge, load
from repletion.knowledge.models import Season, Urgency
from repletion.triage import Triage


@dataclass(frozen=True, eq=False, kw_only=True)
class Interview:
    """An interview at one moment.

    ``case``: everything understood so far.  ``answered``: the questions asked, with what was answered.
    ``raised``: red flags that a yes raised by itself, each with its question and answer.
    """

    case: Case
    knowledge: Knowledge = field(repr=False)
    on: dt.date
    authority: Authority = "NASEM"
    answered: tuple[Answered, ...] = ()
    raised: dict[str, str] = field(default_factory=dict)

    # -- what is known -----------------------------------------------------------------------------------------

    @cached_property
    def urgency(self) -> Triage:
        """How soon to be seen, as far as is known."""
        return urgent.urgency_of(self.case, self.knowledge, self.raised)

    @cached_property
    def assessment(self) -> Assessment:
        """The whole answer, as far as is known."""
        found = assess(self.case, on=self.on, authority=self.authority, knowledge=self.knowledge)
        if not self.raised:
            return found
        reasons = self.urgency.reasons
        claims, citations = cite(
            self.knowledge,
            {claim.id for claim in found.claims} | named(self.knowledge, [reason.locator for reason in reasons]),
            {citation.id for citation in found.citations} | {reason.source for reason in reasons},
        )
        mark = hashlib.sha256(msgspec.json.encode((found.fingerprint, sorted(self.raised.items()))))
        return msgspec.structs.replace(
            found,
            triage=self.urgency,
            claims=claims,
            citations=citations,
            food_sources={} if self.urgency.suppresses_plan else found.food_sources,
            fingerprint=mark.hexdigest()[: len(found.fingerprint)],
        )

    @property
    def said_nothing(self) -> bool:
        """Whether nothing at all was said yet, understood or not."""
        case = self.case
        return not (case.understood or case.labs or case.said or case.diary or case.issues)

    # -- what to ask -------------------------------------------------------------------------------------------

    def next(self) -> Asked | None:
        """The next question, or ``None`` when nothing more is worth asking; :attr:`stop` says why."""
        return self._step if isinstance(self._step, Asked) else None

    @property
    def stop(self) -> Stop | None:
        """Why nothing more is asked; ``None`` while something is."""
        return self._step if isinstance(self._step, Stop) else None

    @cached_property
    def _asked(self) -> dict[str, Answered]:
        return {done.asked.id: done for done in self.answered}

    @cached_property
    def _season(self) -> Season | None:
        return season_of(self.on, country=self.case.person.country)

    @cached_property
    def _step(self) -> Asked | Stop:
        if self.urgency.urgency == "emergency":
            return _stop("emergency")
        first = self._opening() or self._red_flag() or self._person() or self._named()
        return first if first is not None else self._informative()

    def _opening(self) -> Asked | None:
        if self.said_nothing and "complaint" not in self._asked:
            return self._about("complaint")
        understood = self.case.understood or self.case.labs or self.case.diary
        if not understood and "rephrase" not in self._asked:
            return self._about("rephrase")
        return None

    @property
    def red_flags(self) -> tuple[Asked, ...]:
        """Red flags still to be asked for, best first: as many as one interview asks for at most.

        Once medicines and conditions are named, those that one of them calls for have places of their own.
        """
        asked = {done.asked.id for done in self.answered if done.asked.kind == "red_flag"}
        left = int(self.knowledge.rule("interview_most_red_flags")) - len(asked)
        fitting = urgent.fitting(self.case, self.knowledge, self.urgency)
        if left <= 0 and self._asked.keys() >= set(TO_NAME):
            left += int(self.knowledge.rule("interview_more_red_flags"))
            fitting = [flag for flag in fitting if urgent.concerns_a_factor(flag, self.case, self.knowledge)]
        names = [name for name in fitting if name not in asked][: max(left, 0)]
        found = (question_about(self.case, self.knowledge, name, "red_flag") for name in names)
        return tuple(asked for asked in found if asked is not None)

    def _red_flag(self) -> Asked | None:
        return next(iter(self.red_flags), None)

    def _person(self) -> Asked | None:
        for name in ("age", "sex"):
            if getattr(self.case.person, name) is None and name not in self._asked:
                return self._about(name)
        return None if "duration" in self._asked else self._about("duration")

    def _named(self) -> Asked | None:
        return next((self._about(name) for name in TO_NAME if name not in self._asked), None)

    def _about(self, name: str) -> Asked | None:
        return question_about(self.case, self.knowledge, name, OPEN[name])

    def _spared(self) -> set[str]:
        """Subjects that are not asked: asked before, covered by an open question, or not for this person."""
        words = wording()
        spared = set(words.never) | set(self._asked)
        for done in self.answered:
            if done.asked.kind == "red_flag":
                flag = words.red_flags[done.asked.id]
                spared |= {name for name in (flag.finding, flag.factor) if name}
        if self.case.person.sex == "male":
            spared |= words.only_female
        for name in TO_NAME:
            if name in self._asked and self._asked[name].reply not in UNANSWERED:
                spared |= self._covered(name) | set(words.covered_findings.get(name, ()))
        return spared

    def _covered(self, name: str) -> set[str]:
        """Factors for which the open question ``name`` has asked."""
        words = wording()
        kinds = words.covered[name]
        return {f.id for f in self.knowledge.factors.values() if f.kind in kinds} - words.not_covered

    def _informative(self) -> Asked | Stop:
        if len(self.answered) >= self.knowledge.rule("interview_most_questions"):
            return _stop("most")
        unheard = "rephrase" in self._asked or not urgent.present(self.case, self.knowledge)
        if unheard and not urgent.complaints(self.case) and not self.case.labs:
            return _stop("no_complaint")
        try:
            weighed = weighing.weigh(self.case, self.knowledge, season=self._season, seed=SEED, spared=self._spared())
            if not weighed.questions:
                return _stop("nothing_left")
            if weighing.settled(
                weighed,
                self.case,
                self.knowledge,
                season=self._season,
                seed=SEED,
                urgency=self.urgency.urgency,
                urgency_after=self._urgency_after,
            ):
                return _stop("settled")
        except InferenceError:
            return _stop("too_wide")
        best = weighed.questions[0]
        return Asked(id=best.id, kind=best.kind, question=weighing.worded(best), why=best.why, gain=best.gain)

    def _urgency_after(self, question: Question, yes: bool) -> Urgency:
        if not urgent.may_move(question.kind, question.id, self.knowledge):
            return self.urgency.urgency
        return self._with(question, yes).urgency.urgency

    def _with(self, question: Question, yes: bool) -> Interview:
        """The interview as it would stand with one answer."""
        case = hearing.state(
            self.case, self.knowledge, question.kind, [question.id], present=yes, text="", where="interview"
        )
        return replace(self, case=case)

    # -- what was answered -------------------------------------------------------------------------------------

    def answer(self, typed: str) -> Interview:
        """The interview after an answer to :meth:`next`: ``yes``, ``no``, ``not_sure``, ``skip``, or words.

        Words that are not understood become an issue of the case.  Raises :class:`RepletionError` when nothing is
        being asked.
        """
        asked = self.next()
        if asked is None:
            raise RepletionError("The interview has ended; there is no question to answer.")
        return self.hear(asked, typed)

    def hear(self, asked: Asked, typed: str) -> Interview:
        """The interview after an answer to ``asked``, whether or not it would be the next question here."""
        reply, rest = hearing.reply_of(typed)
        if asked.kind in {"open", "number", "choice"}:
            if reply in {"yes", "no"} and asked.id not in TO_NAME:
                reply = "skip"  # a bare yes or no tells nothing here
            reply = reply if reply in UNANSWERED else "words"
            return self._heard(asked, typed, reply)._after_words(asked, typed, reply)
        heard = self._heard(asked, typed, reply)
        if reply in {"yes", "no"}:
            heard = heard._after_yes_no(asked, yes=reply == "yes")
        if reply == "words":
            heard = replace(heard, case=hearing.not_taken(heard.case, asked, typed.strip()))
        if rest:
            more = hearing.hear_words(heard.case, self.knowledge, rest, f"interview.{asked.id}")
            heard = replace(heard, case=more)
        return heard

    def _heard(self, asked: Asked, typed: str, reply: Reply) -> Interview:
        return replace(self, answered=(*self.answered, Answered(asked=asked, typed=typed, reply=reply)))

    def _after_words(self, asked: Asked, typed: str, reply: Reply) -> Interview:
        """With an answer in words, a number or a choice."""
        if reply != "words":
            return self
        case, knowledge = self.case, self.knowledge
        if asked.kind in {"number", "choice"}:
            case = hearing.hear_person(case, knowledge, asked.id, typed)
        elif asked.id == "duration":
            finding = urgent.without_duration(case, knowledge)
            case = hearing.hear_duration(case, knowledge, finding or "", typed)
        elif asked.id in TO_NAME:
            if not hearing.says_none(typed):
                section = "drugs" if asked.id == "medicines" else "conditions"
                case = hearing.hear_words(case, knowledge, typed, f"interview.{asked.id}", section)
            else:
                case = self._with_none(asked, sentence("answered", question=asked.question, answer=typed.strip()))
        else:
            case = hearing.hear_words(case, knowledge, typed, f"interview.{asked.id}")
        return replace(self, case=case)

    def _with_none(self, asked: Asked, text: str) -> Case:
        """The case when there is nothing to name: what would have been asked of this kind is stated as absent."""
        words, where = wording(), f"interview.{asked.id}"
        covered = self._covered(asked.id)
        try:
            ranked = weighing.rank(self.case, self.knowledge, season=self._season, seed=SEED).questions
        except InferenceError:
            ranked = ()
        factors = [q.id for q in ranked if q.kind == "factor" and q.id in covered]
        findings = words.covered_findings.get(asked.id, ())
        case = hearing.state(self.case, self.knowledge, "factor", factors, present=False, text=text, where=where)
        return hearing.state(case, self.knowledge, "finding", findings, present=False, text=text, where=where)

    def _after_yes_no(self, asked: Asked, *, yes: bool) -> Interview:
        """With a yes or a no about a red flag, a finding or a factor."""
        text = sentence("answered", question=asked.question, answer="yes" if yes else "no")
        where = f"interview.{asked.id}"
        case = self.case
        raised = self.raised
        if asked.kind == "red_flag":
            flag = wording().red_flags[asked.id]
            states = {"finding": flag.finding, "factor": flag.factor}
            if yes and flag.finding is None and flag.factor is None:
                raised = {**raised, asked.id: text}
            elif not yes and flag.denies:
                said = urgent.implied(case, self.knowledge)
                names = [name for name in flag.denies if name not in said]
                case = hearing.state(case, self.knowledge, "finding", names, present=False, text=text, where=where)
        else:
            states = {asked.kind: asked.id}
        for kind in ("finding", "factor"):
            if (name := states.get(kind)) is not None:
                case = hearing.state(case, self.knowledge, kind, [name], present=yes, text=text, where=where)
        return replace(self, case=case, raised=raised)


def _stop(reason: StopReason) -> Stop:
    return Stop(reason=reason, text=wording().stop[reason])


def start(
    said: Case | str = "",
    *,
    person: Person | None = None,
    on: dt.date | None = None,
    authority: Authority = "NASEM",
    knowledge: Knowledge | None = None,
) -> Interview:
    """Begin an interview from a sentence, from a case, or from nothing (then the complaint is asked for first).

    ``person``: who it is about, where the sentence or the case does not say.  ``on``: the day of the assessment
    (default: the case's own, else today).
    """
    known = knowledge or load()
    case = Case() if isinstance(said, str) else said
    if person is not None:
        case = msgspec.structs.replace(case, person=hearing.fuller(case.person, person))
    if isinstance(said, str) and said.strip():
        case = hearing.hear_words(case, known, said, "text")
    if not case.said and case.understood:  # rules that read words read these, and not the questions
        case = msgspec.structs.replace(case, said=tuple(u.text for u in case.understood if u.present and not u.past))
    return Interview(
        case=case,
        knowledge=known,
        on=on or case.on or dt.date.today(),  # noqa: DTZ011 - the person's own calendar day
        authority=authority,
    )

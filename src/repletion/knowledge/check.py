"""Lint across the files of a knowledge base: what a reader of single files cannot see.

*error*: an answer could be wrong or missing.  *warning*: probably a mistake.  *note*: worth a look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from repletion import codes
from repletion.knowledge.base import Knowledge, with_wider
from repletion.knowledge.models import Condition, Course, FindingLink, Rate, Record, State, Text
from repletion.knowledge.problems import LEVELS, SHARES, Level, Problem, cited, claim_numbers, interval, known, use


def check(knowledge: Knowledge) -> list[Problem]:
    """Every problem of a knowledge base, errors first, then by place."""
    found: list[Problem] = []
    for look in (
        _sources,
        _claims,
        _rules,
        _states,
        _findings,
        _factors,
        _tests,
        _panels,
        _lists,
        _drugs,
        _red_flags,
        _texts,
        _cycles,
        _codes,
    ):
        found += look(knowledge)
    found += _words(knowledge)
    found += _unused(knowledge)
    return sorted(set(found), key=lambda p: (LEVELS.index(p.level), p.where, p.message))


# -- numbers ---------------------------------------------------------------------------------------------------


def _claims(knowledge: Knowledge) -> Iterator[Problem]:
    for claim in knowledge.claims.values():
        where = f"claims {claim.id}"
        yield from cited(knowledge, where, claim.source, claim.locator)
        if claim.measure != "direction":
            yield from interval(where, claim.value, claim.low, claim.high)
        elif claim.low is not None or claim.high is not None:
            yield Problem("warning", where, "a direction has no size, so it has no interval either")
        yield from claim_numbers(claim, where)
        for field in ("population", "definition", "subject", "unit"):
            if not getattr(claim, field).strip():
                yield Problem("error", where, f"{field} is empty")


def _sources(knowledge: Knowledge) -> Iterator[Problem]:
    """One publication stands once."""
    seen: dict[str, str] = {}
    for source in knowledge.sources.values():
        for mark in (source.doi, source.pmid):
            other = seen.setdefault(mark.casefold(), source.id) if mark else source.id
            if other != source.id:
                yield Problem("warning", f"sources {source.id}", f"is the same publication as {other} ({mark})")


def _rules(knowledge: Knowledge) -> Iterator[Problem]:
    for rule in knowledge.rules.values():
        yield from cited(knowledge, f"rules {rule.id}", rule.source, rule.locator)
        yield from interval(f"rules {rule.id}", rule.value, rule.low, rule.high)


def _rates(knowledge: Knowledge, where: str, rates: tuple[Rate, ...], kind: str) -> Iterator[Problem]:
    if not rates:
        yield Problem("error", where, "the list is empty")
        return
    for rate in rates:
        yield from use(knowledge, where, rate.claim, kind, rate.also)
    open_ones = [i for i, rate in enumerate(rates) if rate.when == type(rate.when)()]
    if not open_ones:
        yield Problem("error", where, "the last rate must be for everybody (no `when`)")
    elif open_ones[0] < len(rates) - 1:
        yield Problem("error", where, "rates after one for everybody are never reached")


# -- records ---------------------------------------------------------------------------------------------------


def _told(knowledge: Knowledge, state: State, link: FindingLink, where: str) -> Iterator[Problem]:
    """Only what itself raises the state can have told its finding."""
    yield from known(knowledge.factors, link.told_by, where, "factor")
    levels = [state, *(knowledge.states[name] for name in [state.requires] if name in knowledge.states)]
    raising = {factor.factor for level in levels for factor in level.raised_by}
    for name in link.told_by:
        if name not in raising:
            yield Problem("error", where, f"{name} does not raise {state.id}, so it counts nothing twice")


def _states(knowledge: Knowledge) -> Iterator[Problem]:
    for state in knowledge.states.values():
        where = f"states/{state.id}"
        yield from _rates(knowledge, f"{where} prior", state.prior, "prior")
        yield from known(knowledge.rules, [state.weight], f"{where} weight", "rule")
        yield from known(knowledge.tests, state.tests, f"{where} tests", "test")
        yield from known(knowledge.investigations, state.investigations, f"{where} investigations", "investigation")
        if state.requires is not None:
            yield from known(knowledge.states, [state.requires], f"{where} requires", "state")
            yield from _severity(knowledge, state)
        yield from _age_twice(knowledge, state)
        yield from _below_background(knowledge, state)
        for factor in state.raised_by:
            place = f"{where} raised_by {factor.factor}"
            yield from known(knowledge.factors, [factor.factor], place, "factor")
            yield from use(knowledge, place, factor.claim, "raised_by", factor.also)
        for cause in state.caused_by:
            place = f"{where} caused_by {cause.state}"
            yield from known(knowledge.states, [cause.state], place, "state")
            yield from use(knowledge, place, cause.claim, "caused_by", cause.also)
        for finding in state.findings:
            place = f"{where} findings {finding.finding}"
            yield from known(knowledge.findings, [finding.finding], place, "finding")
            yield from use(knowledge, place, finding.claim, "findings", finding.also)
            yield from _told(knowledge, state, finding, f"{place} told_by")
        if state.duration is not None:
            yield from use(knowledge, f"{where} duration", state.duration.claim, "duration", state.duration.also)
            claim = knowledge.claims.get(state.duration.claim)
            if claim is not None and (claim.unit != "d" or None in (claim.low, claim.high) or not claim.low):
                yield Problem("error", f"{where} duration", f"claim {claim.id} must be in d, with an interval above 0")
        yield from _twice(f"{where} raised_by", (link.factor for link in state.raised_by))
        yield from _twice(f"{where} caused_by", (link.state for link in state.caused_by))
        yield from _twice(f"{where} findings", (link.finding for link in state.findings))
        if not state.findings:
            yield Problem("error", where, "no finding speaks of this state, so nothing can confirm or exclude it")
        if state.kind != "latent" and not state.tests and not state.investigations:
            yield Problem("note", where, "no test is named", "untested")


def _twice(where: str, names: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield Problem("error", where, f"{name!r} is named twice")
        seen.add(name)


def _share_of(knowledge: Knowledge, name: str) -> float | None:
    claim = knowledge.claims.get(name)
    if claim is None or claim.value is None or claim.unit not in SHARES:
        return None
    return claim.value / SHARES[claim.unit]


def _severity(knowledge: Knowledge, state: State) -> Iterator[Problem]:
    """A more severe level must be rarer than the state that it requires."""
    wider = knowledge.states.get(state.requires or "")
    if wider is None or not state.prior or not wider.prior:
        return
    severe, mild = _share_of(knowledge, state.prior[-1].claim), _share_of(knowledge, wider.prior[-1].claim)
    if severe is not None and mild is not None and severe >= mild:
        yield Problem("error", f"states/{state.id} prior", f"is not below that of {wider.id}, which it requires")


def _age_twice(knowledge: Knowledge, state: State) -> Iterator[Problem]:
    """A prior of its own for the old has the effect of age in it; the factor must not add it once more."""
    grown, old = knowledge.rules.get("adult_age"), knowledge.rules.get("age_older")
    if grown is None or old is None or all(link.factor != "older_age" for link in state.raised_by):
        return
    splits = [rate.when.age for rate in state.prior if rate.when.age is not None]
    if any(low > grown.value and high > old.value for low, high in splits):
        yield Problem(
            "warning", f"states/{state.id} raised_by older_age", "counts age twice: the prior is split by age"
        )


def _below_background(knowledge: Knowledge, state: State) -> Iterator[Problem]:
    """Who has a state has a finding no less often than people at large, unless the state hides it."""
    for link in state.findings:
        claim, finding = knowledge.claims.get(link.claim), knowledge.findings.get(link.finding)
        if claim is None or claim.measure != "frequency_in_state" or finding is None:
            continue
        share, rates = _share_of(knowledge, claim.id), [_share_of(knowledge, rate.claim) for rate in finding.background]
        told = [rate for rate in rates if rate is not None]
        if share is not None and told and share < min(told):
            where = f"states/{state.id} findings {link.finding}"
            yield Problem("warning", where, f"claim {claim.id} is below every background of the finding")


def _findings(knowledge: Knowledge) -> Iterator[Problem]:
    for finding in knowledge.findings.values():
        where = f"findings/{finding.id}"
        yield from _rates(knowledge, f"{where} background", finding.background, "background")
        yield from known(knowledge.findings, finding.is_a, f"{where} is_a", "finding")
        if finding.raised_by and (finding.kind != "lab" or finding.defines):
            yield Problem("error", f"{where} raised_by", "only for a laboratory value that does not define a state")
        for link in finding.raised_by:
            place = f"{where} raised_by {link.factor}"
            yield from known(knowledge.factors, [link.factor], place, "factor")
            yield from use(knowledge, place, link.claim, "raised_by", link.also)
        yield from _twice(f"{where} raised_by", (link.factor for link in finding.raised_by))
        yield from known(knowledge.rules, [finding.effort], f"{where} effort", "rule")
        yield from _not_this(knowledge, where, finding.not_this)


def _factors(knowledge: Knowledge) -> Iterator[Problem]:
    classes = {drug.drug_class for drug in knowledge.drugs.values()}
    for factor in knowledge.factors.values():
        where = f"factors/{factor.id}"
        yield from _rates(knowledge, f"{where} prevalence", factor.prevalence, "prevalence")
        yield from known(knowledge.factors, factor.is_a, f"{where} is_a", "factor")
        yield from known(knowledge.rules, [factor.effort], f"{where} effort", "rule")
        yield from known(dict.fromkeys(classes), factor.drug_classes, f"{where} drug_classes", "drug class")
        yield from known(knowledge.drugs, factor.drugs, f"{where} drugs", "drug")
        for way, links in (("goes_with", factor.goes_with), ("taken_for", factor.taken_for)):
            for link in links:
                place = f"{where} {way} {link.factor}"
                yield from known(knowledge.factors, [link.factor], place, "factor")
                yield from use(knowledge, place, link.claim, "raised_by", link.also)
                if (other := knowledge.factors.get(link.factor)) and factor.id in {f.factor for f in other.goes_with}:
                    yield Problem("error", place, "stands in both files, and would count twice")
            yield from _twice(f"{where} {way}", (link.factor for link in links))
        yield from _not_this(knowledge, where, factor.not_this)


def _not_this(knowledge: Knowledge, where: str, table: Mapping[str, str | None]) -> Iterator[Problem]:
    names = {*knowledge.findings, *knowledge.factors, *knowledge.states, *knowledge.tests, *knowledge.drugs}
    wanted = [name for name in table.values() if name is not None]
    yield from known(dict.fromkeys(names), wanted, f"{where} not_this", "record")


def _tests(knowledge: Knowledge) -> Iterator[Problem]:
    for test in knowledge.tests.values():
        where = f"tests/{test.id}"
        yield from known(knowledge.rules, [test.effort], f"{where} effort", "rule")
        yield from known({**knowledge.states, **knowledge.findings}, test.settles, f"{where} settles", "state")
        for limit in test.limits:
            place = f"{where} limit {limit.finding}"
            yield from known(knowledge.findings, [limit.finding], place, "finding")
            yield from use(knowledge, place, limit.claim, "limit")
            claim = knowledge.claims.get(limit.claim)
            if claim is not None and claim.unit != test.unit:
                yield Problem("error", place, f"claim {claim.id} is in {claim.unit!r}, the test in {test.unit!r}")
        yield from known(knowledge.claims, test.variation, f"{where} variation", "claim")
        for name, span in (("plausible", test.plausible), ("critical", test.critical)):
            if span is not None:
                yield from cited(knowledge, f"{where} {name}", span.source, span.locator)
                yield from interval(f"{where} {name}", None, span.low, span.high)
        for span in test.reference:
            yield from cited(knowledge, f"{where} reference", span.source, span.locator)
            yield from interval(f"{where} reference", None, span.low, span.high)
        for unit in test.units:
            if unit.factor <= 0:
                yield Problem("error", f"{where} unit {unit.unit}", "the factor must be above zero")


def _panels(knowledge: Knowledge) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for panel in knowledge.panels.values():
        where = f"panels/{panel.id}"
        yield from cited(knowledge, where, panel.source, panel.locator)
        yield from known(knowledge.tests, panel.tests, where, "test")
        for test in panel.tests:
            if seen.setdefault(test, panel.id) != panel.id:
                yield Problem("error", where, f"{test} stands in {seen[test]} too, and one sample has it")
    for investigation in knowledge.investigations.values():
        where = f"investigations/{investigation.id}"
        yield from cited(knowledge, where, investigation.shows.source, investigation.shows.locator)
        if not any(investigation.id in state.investigations for state in knowledge.states.values()):
            yield Problem("note", where, "no state names it, so nothing suggests it", "unused")


def _lists(knowledge: Knowledge) -> Iterator[Problem]:
    for record in knowledge.lists.values():
        yield from known(knowledge.claims, [record.omitted], f"lists/{record.id}", "claim")


def _drugs(knowledge: Knowledge) -> Iterator[Problem]:
    for drug in knowledge.drugs.values():
        if drug.atc and not codes.shape_is_valid("atc", drug.atc):
            yield Problem("error", f"drugs {drug.id}", f"{drug.atc!r} has not the shape of an ATC code")


def _conditions(condition: Condition) -> Iterator[Condition]:
    yield condition
    for nested in (*condition.any_of, *condition.all_of, *condition.none_of):
        yield from _conditions(nested)


def _red_flags(knowledge: Knowledge) -> Iterator[Problem]:
    for flag in knowledge.red_flags.values():
        where = f"red_flags/{flag.id}"
        yield from cited(knowledge, where, flag.source, flag.locator)
        for clause in _conditions(flag.when):
            for table, name, kind in (
                (knowledge.findings, clause.finding, "finding"),
                (knowledge.factors, clause.factor, "factor"),
                (knowledge.states, clause.state, "state"),
                (knowledge.tests, clause.test, "test"),
            ):
                if name is not None:
                    yield from known(table, [name], where, kind)
            for limit in (clause.below, clause.above):
                if limit is not None:
                    yield from use(knowledge, where, limit, "limit")
            if clause == Condition():
                yield Problem("error", where, "a clause asks for nothing, so it always holds")


def _texts(knowledge: Knowledge) -> Iterator[Problem]:
    about: dict[str, object] = {**knowledge.findings, **knowledge.factors}
    for state in knowledge.states.values():
        course: Course = state.course or Course()
        texts: list[Text] = [*state.remarks, *course.safety]
        texts += [text for text in (course.treatment, course.time, state.mechanism) if text is not None]
        for text in texts:
            yield from cited(knowledge, f"states/{state.id} “{text.text[:30]}…”", text.source, text.locator)
            yield from known(about, text.about, f"states/{state.id}", "finding or factor")
    for test in knowledge.tests.values():
        for text in test.caveats:
            yield from cited(knowledge, f"tests/{test.id} “{text.text[:30]}…”", text.source, text.locator)
            yield from known(about | knowledge.drugs, text.about, f"tests/{test.id}", "finding or medicine")


# -- across records --------------------------------------------------------------------------------------------


def _cycles(knowledge: Knowledge) -> Iterator[Problem]:
    graphs: dict[str, dict[str, tuple[str, ...]]] = {
        "states": {
            s.id: (*(link.state for link in s.caused_by), *((s.requires,) if s.requires else ()))
            for s in knowledge.states.values()
        },
        "findings": {f.id: f.is_a for f in knowledge.findings.values()},
        "factors": {f.id: f.is_a for f in knowledge.factors.values()},
    }
    for name, graph in graphs.items():
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            yield Problem("error", name, f"goes round in a circle: {' → '.join(error.args[1])}")


def _codes(knowledge: Knowledge) -> Iterator[Problem]:
    for kind in ("states", "findings", "factors"):
        for record in getattr(knowledge, kind).values():
            where = f"{kind}/{record.id} codes"
            if record.codes.snomed and not codes.snomed_is_valid(record.codes.snomed):
                yield Problem("error", where, f"SNOMED CT {record.codes.snomed!r} has a wrong check digit or shape")
            for system in ("hpo", "icd10cm", "atc"):
                code = getattr(record.codes, system)
                if code and not codes.shape_is_valid(system, code):
                    yield Problem("error", where, f"{code!r} has not the shape of {system}")
    for kind in ("tests", "panels"):
        for record in getattr(knowledge, kind).values():
            wrong = [loinc.code for loinc in record.loinc if not codes.loinc_is_valid(loinc.code)]
            for code in wrong:
                yield Problem("error", f"{kind}/{record.id} loinc", f"{code!r} has a wrong check digit or shape")


def _spoken(record: Record) -> set[str]:
    """The words that lead to a record, folded so that spelling in capitals makes no difference."""
    words = [getattr(record, "label", ""), *getattr(record, "words", ()), *getattr(record, "clinical_words", ())]
    return {re.sub(r"[\s-]+", " ", word).strip().casefold() for word in words if word.strip()}


def _words(knowledge: Knowledge) -> Iterator[Problem]:
    """Words that lead to two records: a person's word must have one meaning.

    A phrase may say two findings ("impaired joint position and vibration sense"), unless one of them implies the other.
    """
    leads: dict[str, list[tuple[str, str]]] = {}
    for kind in ("states", "findings", "factors", "tests"):
        for record in getattr(knowledge, kind).values():
            for word in _spoken(record):
                leads.setdefault(word, []).append((kind, record.id))
    for word, places in leads.items():
        if len(places) > 1:
            findings = [name for kind, name in places if kind == "findings"]
            says_both = len(findings) == 2 and not any(
                wider in findings for name in findings for wider in with_wider(name, knowledge.findings)[1:]
            )
            meanings = len({kind for kind, _ in places}) + says_both
            level: Level = "warning" if meanings < len(places) else "note"
            names = ", ".join(f"{kind}/{name}" for kind, name in sorted(places))
            yield Problem(level, f"word “{word}”", f"leads to {names}", "" if level == "warning" else "meanings")


def _unused(knowledge: Knowledge) -> Iterator[Problem]:
    links = [link for state in knowledge.states.values() for link in state.findings]
    linked = {link.finding for link in links}
    for name in knowledge.findings:
        if name not in linked:
            yield Problem("note", f"findings/{name}", "no state names it, so it changes no probability", "unused")
    raised = {link.factor for state in knowledge.states.values() for link in state.raised_by}
    raised |= {link.factor for finding in knowledge.findings.values() for link in finding.raised_by}
    for name in knowledge.factors:
        if name not in raised:
            yield Problem("note", f"factors/{name}", "no state names it, so it changes no probability", "unused")

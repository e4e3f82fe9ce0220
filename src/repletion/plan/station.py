"""``plan``: from a case to a food plan.  Urgency first, then safety, then the smallest change that closes the gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from repletion.case.model import Case, Person
from repletion.errors import Issue
from repletion.foods import open_table
from repletion.intake.tables import Authority
from repletion.intake.totals import totals
from repletion.knowledge import Knowledge, load
from repletion.plan import answer
from repletion.plan.beginning import begin
from repletion.plan.data import rule, say
from repletion.plan.exclusions import exclusions_for
from repletion.plan.explain import eased_plan, relaxations
from repletion.plan.facts import way_of_eating
from repletion.plan.focus import focus_of, times_of
from repletion.plan.goals import goals_for
from repletion.plan.instance import build
from repletion.plan.kernel import Found
from repletion.plan.model import Conflict, Option, Plan, PlanVersions, StartDay, Status
from repletion.plan.notes import conflict_of, notes_of
from repletion.plan.program import Freedom
from repletion.plan.request import Request
from repletion.plan.safety import Effects, effects_for
from repletion.plan.session import Checked, Session
from repletion.plan.start import Start, base_of
from repletion.plan.steps import Progress, Step, Steps, unheard
from repletion.plan.unmet import Reasons, unmet_of
from repletion.plan.week import shopping_for, week_of
from repletion.triage import triage
from repletion.version import __version__


def _person(case: Case, effects: Effects) -> Person:
    """The person, with pregnancy and breast-feeding as the case states them anywhere."""
    person = case.person
    if "pregnancy" in effects.factors and person.pregnant is None:
        person = msgspec.structs.replace(person, pregnant=True)
    if "lactation" in effects.factors and person.lactating is None:
        person = msgspec.structs.replace(person, lactating=True)
    return person


def _kept(request: Request, start: Start, keep: Iterable[str]) -> frozenset[str]:
    """Codes of the foods of the day that must not be reduced."""
    from repletion.foods.tokens import tokens

    codes: set[str] = set()
    for text in keep:
        asked = set(tokens(text))
        hits = [food for food in start.foods if food.code == text or (asked and asked <= set(tokens(food.name)))]
        if not hits:
            request.issues.append(
                Issue(
                    level="warning",
                    where="keep",
                    message=say("keep_missing", food=text),
                    remedy="Name a food as the diary does.",
                )
            )
        for food in hits:
            codes.add(food.code)
            if food.forbidden:
                request.issues.append(
                    Issue(
                        level="warning",
                        where="keep",
                        message=say("keep_clash", food=food.name),
                        remedy="Take it out of one of the two lists.",
                    )
                )
    return frozenset(codes)


def prepare(
    case: Case,
    *,
    diary: str | None = None,
    without: Iterable[str] = (),
    pattern: Iterable[str] = (),
    keep: Iterable[str] = (),
    focus: Iterable[str] = (),
    most_new: int | None = None,
    most_change: float | None = None,
    price: int | None = None,
    authority: Authority = "NASEM",
    knowledge: Knowledge | None = None,
) -> Request:
    """Read the case, its safety rules and its exclusions, and build the request for the solver."""
    knowledge = knowledge or load()
    if diary is not None:
        case = msgspec.structs.replace(case, diary=diary)
    effects = effects_for(case, knowledge)
    excluded = exclusions_for(
        case, effects.factors, way=way_of_eating(case), patterns=tuple(pattern), without=tuple(without)
    )
    request = Request(case, knowledge, triage(case, knowledge), effects, excluded)
    request.issues += [*case.issues, *excluded.issues]
    request.focus = frozenset(focus) | focus_of(case, knowledge)
    if request.urgency.suppresses_plan or effects.withhold or excluded.unclear:
        return request
    person = request.person = _person(case, effects)
    request.authority = authority
    begun = begin(case, person, excluded)
    start = begun.start
    request.start, request.why, request.diary = start, begun.why, begun.diary
    # Meals that the case reader did not know were read here after all.
    request.issues = [i for i in request.issues if not any(f in i.message for f in begun.phrases)]
    request.issues += [*begun.issues, *start.issues]
    base = base_of(start)
    way = next((way for way in ("vegan", "vegetarian") if way in excluded.ways), None)
    goals = goals_for(person, effects, authority=authority, energy=start.energy, way=way, focus=request.focus)
    removed = sum(food.servings for food in start.foods if food.forbidden)
    gone = sum(1 for food in start.foods if food.forbidden)
    # What is taken out on the person's own word is no effort of the plan: it may be put back in kind.
    usual = rule("most_change") if most_change is None else most_change
    change = usual + min(removed, rule("most_put_back"))
    new = int(rule("most_new_foods")) if most_new is None else most_new
    instance = build(
        start,
        base,
        goals,
        effects,
        excluded,
        energy=start.energy,
        keep=_kept(request, start, keep),
        most_change=change,
        most_new=new,
        price=price,
    )
    request.session = Session(
        instance,
        start,
        base,
        goals,
        effects,
        excluded,
        put_back=min(gone, int(rule("most_put_back_foods"))),
        usual_change=usual,
    )
    return request


def _withheld(request: Request) -> Plan:
    """The answer where no plan may be given: a red flag first, then care, then what was not understood."""
    urgency = request.urgency
    care: list[str] = []
    headline = say("headline_withheld")
    if urgency.suppresses_plan:
        headline = say("headline_red_flag")
        care += [reason.message for reason in urgency.reasons[:1]]
    care += request.effects.withhold
    if request.excluded.unclear:
        care.append(say("unclear"))
    return _plan(request, status="withheld", headline=headline, care=tuple(dict.fromkeys(care)))


def _plan(request: Request, *, status: Status, headline: str, **more: object) -> Plan:
    knowledge = request.knowledge
    start = request.start
    return Plan(
        triage=request.urgency,
        status=status,
        headline=headline,
        person=_person(request.case, request.effects),
        pattern=request.excluded.ways,
        without=request.excluded.asked,
        start=None
        if start is None
        else StartDay(
            kind=start.kind,
            days=start.days if start.kind == "diary" else 0,
            foods=tuple(food.name for food in start.foods),
            unread=start.unread,
            why=request.why,
        ),
        issues=tuple(dict.fromkeys(request.issues)),
        versions=PlanVersions(software=__version__, knowledge=knowledge.version, foods=open_table().version),
        **more,  # type: ignore[arg-type]
    )


def plan_case(
    case: Case,
    *,
    diary: str | None = None,
    without: Iterable[str] = (),
    pattern: Iterable[str] = (),
    keep: Iterable[str] = (),
    focus: Iterable[str] = (),
    days: int = 0,
    alternatives: int = 0,
    swaps: bool = False,
    explain: bool = True,
    most_new: int | None = None,
    most_change: float | None = None,
    price: int | None = None,
    authority: Authority = "NASEM",
    knowledge: Knowledge | None = None,
    progress: Progress = unheard,
) -> Plan:
    """The smallest realistic change of the day that meets the reference intakes, under every limit that applies.

    ``diary``: text that replaces the case's own; without any, a typical day is taken.  ``without``: foods and groups
    that are not eaten; ``pattern``: ways of eating (``vegan``, ``gluten-free``, ``halal``, ...); ``keep``: foods not to
    be reduced; ``focus``: nutrients that matter most.  ``days``: a week plan of so many days; ``alternatives``: other
    plans; ``swaps``: for each new food, the plan without it.  ``explain``: work out why a goal stays open.
    ``most_new``, ``most_change``: in place of the usual three foods and six servings.  ``price``: the dearest price
    tier of a new food, 1 (cheap) to 3.  ``progress`` hears of each step.

    Never raises for what a person typed; a plan that does not hold outside the solver is never returned.
    """
    request = prepare(
        case,
        diary=diary,
        without=without,
        pattern=pattern,
        keep=keep,
        focus=focus,
        most_new=most_new,
        most_change=most_change,
        price=price,
        authority=authority,
        knowledge=knowledge,
    )
    return told(request, days=days, alternatives=alternatives, swaps=swaps, explain=explain, progress=progress)


def told(
    request: Request,
    *,
    days: int = 0,
    alternatives: int = 0,
    swaps: bool = False,
    explain: bool = True,
    progress: Progress = unheard,
) -> Plan:
    """The answer to a prepared request."""
    session = request.session
    if session is None:
        return _withheld(request)
    most = max(alternatives, 3 if days > 1 else 0)
    wanted: dict[Step, bool] = {"day": True, "gaps": True, "others": most > 0, "limits": explain, "swaps": swaps}
    step = Steps(progress, [name for name, is_taken in wanted.items() if is_taken])
    step("day")
    plan = session.solve()
    plan = _b12_before_folate(session, plan)
    if plan is None:
        if session.faults:
            request.issues.append(Issue(level="error", where="plan", message=say("fault"), remedy=say("fault_remedy")))
        conflict = conflict_of(session) if explain and not session.faults else None
        return _plan(
            request,
            status="impossible",
            headline=say("headline_fault" if session.faults else "headline_impossible"),
            conflicts=(conflict,) if conflict else (),
            notes=notes_of(request, session, (), ()),
        )
    changes = answer.changes_of(session, plan)
    step("gaps")
    relaxation, within = session.relaxation(), session.within(Freedom())
    eased = relaxations(relaxation, within) if explain else ()

    @cache
    def tried() -> tuple[str, Found] | None:
        return eased_plan(relaxation, within, plan.found, eased)

    unmet = unmet_of(session, plan, Reasons(relaxation, within, tried), explain=explain)
    status: Status = "partly" if unmet else "planned" if changes else "enough"
    if most:
        step("others")
    others = session.alternatives(plan, most)
    options = tuple(answer.option_of(session, other, first=plan) for other in others)
    plans = [changes, *(option.changes for option in options)]
    week = week_of(plans, days) if days else ()
    if explain:
        step("limits")
    conflict = conflict_of(session) if explain and any(gap.beside is not None for gap in unmet) else None
    return _plan(
        request,
        status=status,
        headline=say(f"headline_{status}"),
        changes=changes,
        nutrients=answer.nutrients_of(
            session,
            plan,
            plan.found.prices,
            {total.nutrient: total for total in totals(request.diary)}
            if request.diary is not None and session.start.kind == "diary"
            else {},
        ),
        unmet=unmet,
        conflicts=(conflict,) if conflict else (),
        relaxations=eased if unmet else (),
        notes=(*notes_of(request, session, changes, plans), *times_of(request.focus, request.knowledge)),
        proof=answer.proof_of(plan),
        alternatives=options[:alternatives],
        swaps=_swaps(session, plan, step) if swaps else (),
        week=week,
        shopping=shopping_for(plans, week) if week else (),
        sources=tuple(sorted({*session.goals.sources, *_cited(request)})),
    )


def _b12_before_folate(session: Session, plan: Checked | None) -> Checked | None:
    """Vitamin B12 before folic acid: while B12 stays short, no plan may add folic acid.  Solved again if one does."""
    if plan is None:
        return None
    goal = next((g for g in session.goals.goals if g.nutrient == "vitamin_b12"), None)
    if goal is None or answer.is_sure(goal, session, plan):
        return plan
    if plan.verified.ceiling["folic_acid"] <= session.base.ceiling["folic_acid"] * (1 + 1e-9):
        return plan
    folic = next(row for row in session.instance.rows if row.key == "UL:folic_acid")
    session.barred |= {
        item.code for item, amount in zip(session.instance.items, folic.coefficients, strict=True) if amount > 0
    }
    return session.solve(near=plan.found)


def _swaps(session: Session, plan: Checked, step: Steps) -> tuple[Option, ...]:
    step("swaps")
    found = []
    for place in sorted(session.new_foods(plan)):
        item = session.instance.items[place]
        other = session.not_this([item.code], plan)
        if other is not None:
            found.append(answer.option_of(session, other, first=plan, instead_of=item.name))
    return tuple(found)


def _cited(request: Request) -> Sequence[str]:
    """Citations of the safety rules that acted."""
    sources = request.knowledge.sources
    return [
        sources[held.source].citation
        for held in request.effects.rules
        if held.source in sources and held.source != "working-assumption"
    ]


__all__ = ["Conflict", "Request", "plan_case", "prepare", "told"]

"""What a case says that bears on food: factors present, way of eating."""

from __future__ import annotations

from repletion.case.model import Case
from repletion.knowledge import Knowledge


def factors_present(case: Case, knowledge: Knowledge) -> frozenset[str]:
    """Factors that the case states as present, and those that its medicines switch on."""
    found = {"everyone"}
    for u in case.understood:
        lasting = u.id in knowledge.factors and knowledge.factors[u.id].kind in {"condition", "history"}
        if u.present and (lasting or not u.past):
            found.add(u.id)
            if u.kind == "drug":
                found.update(knowledge.factors_of_drug.get(u.id, ()))
    queue = list(found)
    while queue:
        factor = knowledge.factors.get(queue.pop())
        for wider in factor.is_a if factor else ():
            if wider not in found:
                found.add(wider)
                queue.append(wider)
    return frozenset(found)


def way_of_eating(case: Case) -> str | None:
    """``vegan``, ``vegetarian`` or ``None``, as the person said."""
    present = {u.id for u in case.understood if u.present and not u.past}
    return "vegan" if "vegan_diet" in present else "vegetarian" if "vegetarian_diet" in present else None

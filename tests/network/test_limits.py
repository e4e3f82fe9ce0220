"""What lies beyond the limit of a test: as common as its share says, and no cause beside the state that it defines."""

from __future__ import annotations

from typing import get_args

import msgspec
import numpy as np
import pytest

from repletion.case.model import Person
from repletion.errors import KnowledgeError
from repletion.knowledge import load
from repletion.knowledge.base import with_shares
from repletion.knowledge.models import Finding, Limit, Rate, Season, When
from repletion.network.build import Builder

PEOPLE = (Person(age=30, sex="female"), Person(age=78, sex="male"), Person(age=9, country="US"))


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("season", (None, *get_args(Season)))
def test_a_limit_that_defines_a_state_is_that_state(person: Person, season: Season | None) -> None:
    knowledge, builder = load(), Builder(load())
    defined = {f.id: f.defines for f in knowledge.findings.values() if f.defines}
    assert len(defined) >= 18
    built = builder.build(person, season=season, known={}, findings=list(defined))
    network, ground = built.network, builder.stratum(person, season)
    assert network.leak.max() < 1e-6
    for finding, state in defined.items():
        assert ground.backgrounds[finding] == ground.priors[builder.graph.index[state]], finding


def test_a_limit_that_defines_nothing_keeps_what_no_state_brings() -> None:
    knowledge, builder = load(), Builder(load())
    name = "high_homocysteine"
    assert not knowledge.findings[name].defines
    built = builder.build(PEOPLE[0], season=None, known={}, findings=[name])
    share = builder.scale.probability(builder.stratum(PEOPLE[0], None).backgrounds[name])[0]
    assert knowledge.rule("least_own_part") * share <= built.network.leak[0, 0] < share
    assert np.all(built.network.leak > 0)


FINDING = Finding(id="low_x", label="low x", kind="lab")
LIMIT = Limit(finding="low_x", side="below", claim="limit", share="share")
TEST = load().tests["serum_magnesium"]
STATE = msgspec.structs.replace(
    load().states["hypomagnesemia"], id="lack", prior=(Rate("women", When(sex="female")), Rate("all"))
)


def _read(*limits: Limit, finding: Finding = FINDING) -> Finding:
    test = msgspec.structs.replace(TEST, limits=limits)
    return with_shares([finding], [test], {"lack": STATE})[0]


def test_the_share_beyond_a_limit_is_the_background_of_its_finding() -> None:
    women = msgspec.structs.replace(LIMIT, share="share-women", when=When(sex="female"))
    assert _read(women, LIMIT).background == (Rate("share-women", When(sex="female")), Rate("share"))
    defining = msgspec.structs.replace(LIMIT, share="", defines="lack")
    assert (_read(defining).defines, _read(defining).background) == ("lack", STATE.prior)


@pytest.mark.parametrize(
    ("limit", "background", "says"),
    [
        (Limit(finding="low_x", side="below", claim="limit"), (), "either its share or the state"),
        (msgspec.structs.replace(LIMIT, defines="lack"), (), "either its share or the state"),
        (Limit(finding="low_x", side="below", claim="limit", defines="lak"), (), "no state is named 'lak'"),
        (LIMIT, (Rate("own"),), "its background is the share beyond its limit"),
    ],
)
def test_a_number_said_twice_or_not_at_all_is_refused(limit: Limit, background: tuple[Rate, ...], says: str) -> None:
    with pytest.raises(KnowledgeError, match=says):
        _read(limit, finding=msgspec.structs.replace(FINDING, background=background))

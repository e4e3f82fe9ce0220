"""Turns: one at a time, no more waiting than fit, a plan that takes too long ended, another answer never held up."""

from __future__ import annotations

import json
import threading
import time

import anyio
import pytest

from repletion.api import work
from repletion.api.problems import Refused
from repletion.api.turns import Turns

FALSE_ALARM = 60.0


def test_work_takes_turns_and_beyond_the_queue_is_refused_with_when_to_come_back() -> None:
    turns = Turns(places=1, waiting=2, wait=FALSE_ALARM)
    gate, at_work, most = threading.Event(), [0], [0]

    def work() -> str:
        at_work[0] += 1
        most[0] = max(most[0], at_work[0])
        gate.wait(FALSE_ALARM)
        at_work[0] -= 1
        return "done"

    refused: list[Refused] = []
    done: list[str] = []

    async def one() -> None:
        try:
            done.append(await turns(work))
        except Refused as error:
            refused.append(error)

    async def whole() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(one)
            while len(refused) < 3:
                await anyio.sleep(0.005)
            gate.set()

    anyio.run(whole)
    assert (len(done), most[0]) == (2, 1)
    assert {error.problem.type for error in refused} == {"urn:repletion:problem:busy"}
    assert all(int(error.headers["Retry-After"]) >= 1 for error in refused)
    assert anyio.run(turns, lambda: "again") == "again"


def test_who_waits_too_long_for_a_turn_is_told() -> None:
    turns = Turns(places=1, waiting=9, wait=0.05)

    async def whole() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(turns, time.sleep, 0.5)
            await anyio.sleep(0.02)
            with pytest.raises(Refused):
                await turns(time.sleep, 0)

    anyio.run(whole)


def test_a_plan_in_its_own_process_is_ended_when_it_takes_too_long() -> None:
    async def whole() -> None:
        turns = Turns(places=1, waiting=2, wait=FALSE_ALARM, limit=FALSE_ALARM)
        assert await turns(abs, -3) == 3
        plan = await turns(work.plan, b'{"case": {"text": "one side of my face drooped"}}', None, "NASEM")
        assert json.loads(plan)["status"] == "withheld"
        turns.limit = 0.2
        began = time.perf_counter()
        with pytest.raises(Refused) as error:
            await turns(time.sleep, 30)
        assert time.perf_counter() - began < 10
        assert error.value.problem.type == "urn:repletion:problem:timeout"
        turns.limit = FALSE_ALARM
        with pytest.raises(ValueError, match="invalid literal"):  # what fails there fails here
            await turns(int, "x")

    anyio.run(whole)


def test_a_refusal_crosses_from_another_process() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(Refused("busy", "server", "a", "b", {"Retry-After": "1"})))
    assert error.problem.status == 503
    assert error.headers == {"Retry-After": "1"}

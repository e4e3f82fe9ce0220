"""Turns: one at a time, no more waiting than fit, a plan that takes too long ended, another answer never held up."""

from __future__ import annotations

import json
import operator
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from asked import TWITCH
from starlette.types import Message

from repletion.api import hands, routes, work
from repletion.api.problems import Refused, kind_and_place
from repletion.api.turns import Turns

FALSE_ALARM = 60.0


@pytest.fixture(scope="module")
def pair() -> Iterator[Turns]:
    """Two processes behind one queue, as the server has them."""
    turns = Turns(places=1, waiting=9, wait=FALSE_ALARM)
    turns.in_processes(2, FALSE_ALARM)
    yield turns
    turns.hands.close()


def test_results_of_every_size_come_back_whole(pair: Turns) -> None:
    sizes = [0, 1, hands.LARGE // 3, hands.LARGE, hands.ROOM // 3, hands.ROOM // 3 + 1, hands.LARGE // 3 + 1]

    async def asked(pattern: bytes, size: int) -> bytes:
        return await pair(operator.mul, pattern, size)

    for number, size in enumerate(sizes):
        pattern = b"%03d" % number  # what a result before it left in the memory would show
        assert anyio.run(asked, pattern, size) == pattern * size
        assert anyio.run(asked, b"-" * 3, size) == b"-" * (3 * size)


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


def test_two_processes_share_evenly_however_many_ask(pair: Turns) -> None:
    async def asker(found: Counter[int], times: int) -> None:
        for _ in range(times):
            found[await pair(os.getpid)] += 1

    async def whole(askers: int) -> Counter[int]:
        found: Counter[int] = Counter()
        async with anyio.create_task_group() as group:
            for _ in range(askers):
                group.start_soon(asker, found, 120 // askers)
        return found

    for askers in (1, 3, 8):
        found = anyio.run(whole, askers)
        assert len(found) == 2
        assert min(found.values()) >= (60 if askers == 1 else 12), found  # a busy machine may let one of them wait
        assert os.getpid() not in found


def test_a_process_that_dies_is_replaced_and_its_request_told(pair: Turns) -> None:
    async def whole() -> None:
        before = {await pair(os.getpid) for _ in range(2)}
        with pytest.raises(Refused) as error:
            await pair(os._exit, 3)
        assert (error.value.problem.status, error.value.problem.type) == (503, "urn:repletion:problem:ended")
        after = {await pair(os.getpid) for _ in range(2)}
        assert len(after) == 2
        assert len(after & before) == 1
        for hand in pair.hands.free:  # while nobody uses them: whoever asks next does not notice
            hand.process.kill()
            hand.process.join(FALSE_ALARM)
        assert not {await pair(os.getpid) for _ in range(2)} & after

    anyio.run(whole)


def test_who_has_gone_leaves_the_queue_and_holds_no_process(pair: Turns) -> None:
    async def whole() -> None:
        before = {await pair(os.getpid) for _ in range(2)}
        began = time.perf_counter()
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(pair, time.sleep, FALSE_ALARM)
            while pair.inside < 4 or pair.hands.free:
                await anyio.sleep(0.005)
            group.cancel_scope.cancel()
        assert pair.inside == 0
        assert not {await pair(os.getpid) for _ in range(2)} & before
        assert time.perf_counter() - began < FALSE_ALARM / 2

    anyio.run(whole)


def test_a_fault_elsewhere_tells_its_place_and_what_is_refused_there_is_refused_here(pair: Turns) -> None:
    async def whole() -> None:
        with pytest.raises(Refused) as refused:
            await pair(work.assessment, b"{", "json", "patient", None, "NASEM", "leading")
        assert refused.value.problem.type == "urn:repletion:problem:not-json"
        with pytest.raises(AttributeError) as fault:
            await pair(work.assessment, None, "json", "patient", None, "NASEM", "leading")
        assert kind_and_place(fault.value)[1].startswith("api/bodies.py:")
        with pytest.raises(AttributeError):  # what cannot be sent fails alone
            await pair(lambda: 1)
        assert json.loads(await pair(work.assessment, b"{}", "json", "patient", None, "NASEM", "leading"))["triage"]

    anyio.run(whole)


def test_a_request_whose_caller_has_gone_is_not_worked_on(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the whole application: the body comes, then the caller goes while the only place is taken."""
    monkeypatch.setattr(routes, "answers", turns := Turns(places=1, waiting=9, wait=FALSE_ALARM))
    body, gate = json.dumps(TWITCH).encode(), threading.Event()
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/v1/assessments", "raw_path": b"/v1/assessments", "query_string": b"", "root_path": "",
        "headers": [(b"content-type", b"application/json")], "client": ("127.0.0.1", 9), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def whole() -> None:
        left, sent = anyio.Event(), False

        async def receive() -> Message:
            nonlocal sent
            if not sent:
                sent = True
                return {"type": "http.request", "body": body, "more_body": False}
            await left.wait()
            return {"type": "http.disconnect"}

        async with anyio.create_task_group() as group:
            group.start_soon(turns, gate.wait, FALSE_ALARM)
            while turns.inside < 1:
                await anyio.sleep(0.005)
            group.start_soon(api, scope, receive, send)
            while turns.inside < 2:
                await anyio.sleep(0.005)
            left.set()
            while turns.inside > 1:
                await anyio.sleep(0.005)
            gate.set()
        assert said == []

    anyio.run(whole)

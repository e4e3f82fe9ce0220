"""Attack every address of the HTTP API from its own description, and with broken bytes: ``fuzz_api.py [CALLS] [SEED]``.

In this process, without a network.  Prints the statuses of each address and every fault; exits with 1 at a fault.
A plan takes seconds, so most of its calls carry a warning sign, which takes the place of the plan.
"""

from __future__ import annotations

import collections
import random
import sys
import time
import warnings
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CHECKS, load_all_checks
from starlette.testclient import TestClient

from repletion.api import create_api, routes
from repletion.api.turns import Turns

load_all_checks()
LENIENT = [CHECKS.get_one(name) for name in ("negative_data_rejection", "missing_required_header")]
SHARES = {"POST /v1/assessments": 0.03, "POST /v1/intakes": 0.06, "POST /v1/questions": 0.08, "POST /v1/plans": 0.08}
URGENT = {"text": "one side of my face drooped an hour ago"}
PARTS = (b"{", b"}", b"[", b"]", b'"', b":", b",", b"null", b"NaN", b"-1e999", b"\xff", b"\x00", b"\\ud800", b"\\u0000")
SEEDS = (
    b'{"text": "my eyelid twitches for 3 weeks", "person": {"age": 41, "sex": "female"}, "labs": ["Mg 0.45 mmol/L"]}',
    b'{"case": {"text": "tired"}, "answers": [{"id": "age", "answer": 41}, {"id": "stroke_signs", "answer": "no"}]}',
    b'{"diary": "2 cups cooked spinach\\n1 banana", "person": {"age": 52}}',
    b'{"case": {"text": "one side of my face drooped"}, "days": 3, "pattern": ["vegan"], "focus": ["iron"]}',
)


def broken(dice: random.Random) -> bytes:
    """A good body with a few bytes cut, doubled or replaced."""
    body = bytearray(dice.choice(SEEDS))
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(body) + 1)
        match dice.randrange(4):
            case 0:
                del body[place : place + dice.randint(1, 8)]
            case 1:
                body[place:place] = dice.choice(PARTS) * dice.randint(1, 40)
            case 2:
                body[place:place] = body[: dice.randint(1, 60)]
            case _:
                body[place : place + 1] = bytes([dice.randrange(256)])
    return bytes(body)


Statuses = collections.Counter[tuple[str, int]]


def attacked(operation: Any, mode: Any, calls: int, chance: int, statuses: Statuses, faults: list[str]) -> None:
    """So many calls of one address in one mode."""
    label: str = operation.label

    def attack(case: Any) -> None:
        if label == "POST /v1/plans" and isinstance(case.body, dict):
            case.body["case"] = URGENT
        answer = case.call(timeout=300)
        statuses[label, answer.status_code] += 1
        try:
            case.validate_response(answer, excluded_checks=LENIENT)
        except (Exception, BaseExceptionGroup) as error:
            faults.append(f"{label}: {error}"[:2000])

    bound = settings(
        max_examples=calls, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    try:
        bound(seed(chance)(given(case=operation.as_strategy(generation_mode=mode))(attack)))()
    except Unsatisfiable:
        return  # nothing about this address can be wrong


def described(calls: int, chance: int) -> tuple[Statuses, list[str]]:
    """Calls made from the description, valid and invalid."""
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", create_api())
    operations = [found.ok() for found in schema.get_all_operations()]
    rest = (1 - sum(SHARES.values())) / (len(operations) - len(SHARES))
    statuses: Statuses = collections.Counter()
    faults: list[str] = []
    for operation in operations:
        wanted = max(1, int(calls * SHARES.get(operation.label, rest) / 2))
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            attacked(operation, mode, wanted, chance, statuses, faults)
        print(operation.label, {code: n for (name, code), n in statuses.items() if name == operation.label}, flush=True)
    return statuses, faults


def mangled(calls: int, chance: int) -> tuple[Statuses, list[str]]:
    """Calls with broken bytes."""
    dice = random.Random(chance)
    statuses: Statuses = collections.Counter()
    faults = []
    with TestClient(create_api(), raise_server_exceptions=False) as client:
        for _ in range(calls):
            path, body = f"/v1/{dice.choice(('assessments', 'intakes', 'questions'))}", broken(dice)
            answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
            statuses[f"{path} broken", answer.status_code] += 1
            if answer.status_code not in {200, 400, 422}:
                faults.append(f"{path} {answer.status_code} {body!r}"[:2000])
    print("broken bytes", dict(statuses), flush=True)
    return statuses, faults


def main() -> None:
    """Run, print, and exit with 1 when anything was at fault."""
    warnings.simplefilter("ignore")
    calls, chance = int((sys.argv[1:] or ["20000"])[0]), int((sys.argv[2:] or ["1"])[0])
    routes.plans = Turns(places=1, waiting=4, wait=60.0)  # in this process: what fails is seen here
    began = time.perf_counter()
    first, faults = mangled(calls // 2, chance)
    second, more = described(calls // 2, chance)
    statuses, faults = first + second, faults + more
    for fault in dict.fromkeys(faults):
        print("FAULT", fault)
    made, failed = sum(statuses.values()), sum(n for (_, status), n in statuses.items() if status >= 500)
    print(f"{made:,} calls in {time.perf_counter() - began:.0f} s: {failed} server errors, {len(faults)} faults in all")
    sys.exit(1 if faults or failed else 0)


if __name__ == "__main__":
    main()

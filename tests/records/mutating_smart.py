"""Answers of an invented server broken at random, with a seed: every one becomes a record or a plain refusal.

``python tests/records/mutating_smart.py 1000`` (with ``src`` and ``tests/records`` on the path) runs so many.
"""

from __future__ import annotations

import copy
import json
import random
import sys
import time
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from invented_server import AUTH, BASE, CALLBACK, Invented
from mutating import JUNK, mutate, scramble

from repletion.smart import Records, Server, Settings, SmartError
from repletion.smart.settings import origin_of

LISTED = Server("Test Hospital", BASE, "public", also=(origin_of(AUTH),))
PLACES = (f"{BASE}/.well-known/smart-configuration", f"{AUTH}/token", f"{BASE}/Patient/p1", f"{BASE}/Condition",
          f"{BASE}/Observation")  # fmt: skip


def harmed(server: Invented, place: str, chance: random.Random) -> None:
    """Have the server answer at ``place`` with what it would say, broken."""

    def answer(request: httpx.Request) -> httpx.Response:
        del server.faults[place]
        sound = server._answer(request)
        server.faults[place] = answer
        text = sound.text
        if chance.random() < 0.5 and text.startswith("{"):
            text = json.dumps(mutate(json.loads(text), chance))
        elif text:
            text = scramble(text, chance)
        status = sound.status_code if chance.random() < 0.9 else chance.choice((200, 204, 301, 400, 401, 404, 500))
        return httpx.Response(status, content=text.encode("utf-8", "surrogatepass"))

    server.faults[place] = answer


def one(chance: random.Random, record: list[dict[str, Any]]) -> str:
    """One walk with something broken; what came of it."""
    server = Invented(copy.deepcopy(record), page_size=2)
    for place in chance.sample(PLACES, chance.randint(1, 2)):
        harmed(server, place, chance)
    records = Records(Settings(CALLBACK, (LISTED,)), server.transport)
    try:
        address, browser = records.start(LISTED)
        if urlsplit(address).netloc != urlsplit(AUTH).netloc or urlsplit(address).path != "/authorize":
            return "another sign-in page of a listed server"
        back = dict(parse_qsl(urlsplit(server.sign_in(address)).query))
        if chance.random() < 0.1:
            back[chance.choice(("code", "state", "iss", "error"))] = str(chance.choice(JUNK))
        key = records.finish(back, browser)
    except SmartError as error:
        assert len(str(error)) > 20
        return "refused"
    finally:
        assert {request.url.host for request in server.asked} <= {"fhir.example.org", "sign-in.example.org"}
    seen = records.seen(key)
    assert seen is not None
    assert seen.grant is None
    assert all(issue.message and issue.remedy for issue in seen.issues)
    return "read with remarks" if seen.issues else "read"


def run(n: int, seed: int, record: list[dict[str, Any]]) -> Counter[str]:
    """``n`` walks; counts of what came of them."""
    chance = random.Random(seed)
    return Counter(one(chance, record) for _ in range(n))


if __name__ == "__main__":
    from test_smart import record

    began = time.process_time()
    print(run(int(sys.argv[1]), 1, record(results=3)), f"{time.process_time() - began:.0f} s")

"""Kill the server of a practice, and PostgreSQL itself, while people keep cases: is every confirmed entry there?

``python benchmarks/durability_practice.py [KILLS] [SEED]`` prints one line of JSON and exits with 1 when anything was
lost.  Every fourth kill ends PostgreSQL with all its processes (SIGKILL), which then recovers from its journal; the
others end the process that writes.  SIGKILL does not take the power from the disk: what protects from that is that
PostgreSQL waits for it (``fsync`` and ``synchronous_commit`` are on here), which is not measured.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.durability import entry, whole
from benchmarks.postgres_server import Server, why_not
from repletion.keeping import KeepError
from repletion.practice import audit, copying
from repletion.practice.database import House, make
from repletion.practice.keeper import PracticeKeeper
from repletion.practice.people import People, Person
from repletion.practice.settings import Settings
from repletion.practice.vault import make_key_file

LONGEST_LIFE_SECONDS = 0.6
DATABASE_EVERY = 4
ERASE_ALL_EVERY = 50
MOST = 100_000


def write_until_killed(settings: Settings, people: list[Person], pipe: int, seed: int) -> None:
    """Two people keep and erase without end, saying so before an erasing begins and after anything is confirmed."""
    dice = random.Random(seed)
    house = House.open(settings)
    keepers = [PracticeKeeper(house, person, MOST) for person in people]
    mine: list[tuple[int, str]] = []
    os.write(pipe, b"begun - -\n")
    for number in range(10_000):
        who = dice.randrange(len(people))
        if mine and dice.random() < 0.15:
            who, gone = mine.pop(dice.randrange(len(mine)))
            os.write(pipe, f"erasing {who} {gone}\n".encode())
            keepers[who].erase(gone)
            os.write(pipe, f"erased {who} {gone}\n".encode())
        else:
            mine.append((who, keepers[who].add(entry(number, dice))))
            os.write(pipe, f"saved {who} {mine[-1][1]}\n".encode())


def kill_one(
    server: Server, settings: Settings, people: list[Person], seed: int, dice: random.Random, database: bool
) -> list[str]:
    """Start a writer, kill it or the database under it, and return what it had said."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            write_until_killed(settings, people, writing, seed)
        except KeepError:
            os.write(writing, b"told - -\n")  # the database went, and that was said plainly
        finally:
            os._exit(3)
    os.close(writing)
    said = os.read(reading, 8)  # it has begun
    time.sleep(dice.uniform(0, LONGEST_LIFE_SECONDS))
    if database:
        server.kill()
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if database:
        server.start()
    with os.fdopen(reading, "rb") as rest:
        return (said + rest.read()).decode().splitlines()


def run(kills: int, seed: int) -> dict[str, object]:
    """Kill so often; look for every entry after each."""
    dice = random.Random(seed)
    found = {"kills": kills, "of_the_database": 0, "seed": seed, "confirmed": 0, "lost": 0, "half_written": 0}
    found |= {"back_from_erasing": 0, "told_plainly": 0, "audit_wrong": 0, "without_audit": 0, "backups_restored": 0}
    found |= {"backups_unequal": 0}
    begun = time.monotonic()
    with Server(waits_for_disk=True) as server, tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "practice.key"
        make_key_file(key)
        settings = Settings(
            database=server.address("app"), owner_database=server.address("maker"), key_file=str(key),
            backups=str(Path(folder) / "backups"),
        )  # fmt: skip
        make(settings)
        house = House.open(settings)
        accounts = People(house, settings)
        accounts.add("root", "admin")
        people = [accounts.add(name, "clinician") for name in ("one", "other")]
        house.close()
        confirmed: list[set[str]] = [set(), set()]
        erased: list[set[str]] = [set(), set()]
        for number in range(kills):
            database = number % DATABASE_EVERY == DATABASE_EVERY - 1
            found["of_the_database"] += database
            for line in kill_one(server, settings, people, dice.randrange(2**32), dice, database):
                word, who, name = line.split()
                if word == "saved":
                    confirmed[int(who)].add(name)
                    found["confirmed"] += 1
                elif word == "erasing":
                    confirmed[int(who)].discard(name)
                elif word == "erased":
                    erased[int(who)].add(name)
                elif word == "told":
                    found["told_plainly"] += 1
            house = House.open(settings)
            last = number % ERASE_ALL_EVERY == ERASE_ALL_EVERY - 1 or number == kills - 1
            _look(house, people, confirmed, erased, found, everything=last)
            house.close()
            if last:
                _copy(settings, number, people, found)
                house = House.open(settings)
                for who, person in enumerate(people):
                    PracticeKeeper(house, person, MOST).erase_everything()
                    erased[who] |= confirmed[who]
                    confirmed[who].clear()
                house.close()
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime + resource.getrusage(resource.RUSAGE_SELF).ru_utime
    return {**found, "cpu_seconds": round(used, 1), "seconds": round(time.monotonic() - begun, 1)}


def _look(
    house: House, people: list[Person], confirmed: list[set[str]], erased: list[set[str]], found: dict[str, int], *,
    everything: bool,
) -> None:  # fmt: skip
    """Every confirmed entry, nothing erased, nothing in halves; at times also the whole audit."""
    for who, person in enumerate(people):
        keeper = PracticeKeeper(house, person, MOST)
        ids = {line.id for line in keeper.own()}
        found["lost"] += len(confirmed[who] - ids)
        found["back_from_erasing"] += len(erased[who] & ids)
        looked = ids if everything else set(list(ids)[-5:]) | (ids - confirmed[who])
        found["half_written"] += sum(not whole(keeper.get(name)) for name in looked)
    if everything:
        with house.turn() as db:
            found["audit_wrong"] += audit.verify(db, house.vault).wrong is not None
            noted = {line.object for line in audit.lines(db, most=1_000_000) if line.action == "entry kept"}
        found["without_audit"] += len(set().union(*confirmed) - noted)


def _copy(settings: Settings, number: int, people: list[Person], found: dict[str, int]) -> None:
    """A backup, put back, holds the same."""
    house = House.open(settings)
    before = [PracticeKeeper(house, person, MOST).entries() for person in people]
    house.close()
    copying.backup(settings, f"after-{number}")
    copying.restore(settings, f"after-{number}", replace=True)
    house = House.open(settings)
    after = [PracticeKeeper(house, person, MOST).entries() for person in people]
    house.close()
    found["backups_restored"] += 1
    found["backups_unequal"] += before != after


WRONG = ("lost", "half_written", "back_from_erasing", "audit_wrong", "without_audit", "backups_unequal")


if __name__ == "__main__":
    reason = why_not()
    if reason:
        sys.exit(reason)
    result = run(int(sys.argv[1]) if len(sys.argv) > 1 else 500, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(json.dumps(result))
    sys.exit(1 if any(result[name] for name in WRONG) or not result["confirmed"] else 0)

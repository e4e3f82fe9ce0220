"""Kill a writer of the file of kept cases at random moments: is every confirmed entry there, and none half-written?

``python benchmarks/durability.py [KILLS] [SEED]`` prints one line of JSON and exits with 1 when anything was lost.
SIGKILL ends the program between any two instructions; it does not take the power from the disk.  What protects from
that is SQLite's ``synchronous = EXTRA``, which is not measured here.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from repletion.keeping import Keeper, Kept, lock
from repletion.keeping.copying import restore

PASSPHRASE = "a passphrase of the durability run"
FRESH_FILE_EVERY = 25
LONGEST_LIFE_SECONDS = 0.25


def entry(number: int, dice: random.Random) -> Kept:
    """An entry whose parts say what the whole must be."""
    filler = dice.randbytes(dice.choice((200, 9_000, 60_000))).hex()
    days = {f"day {day}": f"{number} {filler[:40]} {day}" for day in range(3)}
    digest = hashlib.sha256(f"{filler}{days}".encode()).hexdigest()
    answer = {"filler": filler, "digest": digest, "triage": {"urgency": "routine"}}
    return Kept(id="", name=f"case {number % 3}", version=0, saved="", versions={}, answer=answer, case={}, diary=days)


def whole(kept: Kept) -> bool:
    """Whether nothing of an entry is missing."""
    content = f"{kept.answer['filler']}{kept.diary}"
    return hashlib.sha256(content.encode()).hexdigest() == kept.answer["digest"]


def write_until_killed(path: Path, passphrase: str | None, pipe: int, seed: int) -> None:
    """Save and erase without end, saying so before an erasing begins and after anything is confirmed."""
    dice = random.Random(seed)
    keeper = Keeper.open(path, passphrase, create=True)
    mine: list[str] = []
    for number in range(10_000):
        if mine and dice.random() < 0.15:
            gone = mine.pop(dice.randrange(len(mine)))
            os.write(pipe, f"erasing {gone}\n".encode())
            keeper.erase(gone)
            os.write(pipe, f"erased {gone}\n".encode())
        else:
            mine.append(keeper.add(entry(number, dice)))
            os.write(pipe, f"saved {mine[-1]}\n".encode())


def kill_one(path: Path, passphrase: str | None, seed: int, dice: random.Random) -> list[str]:
    """Start a writer, kill it, and return what it had said."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            write_until_killed(path, passphrase, writing, seed)
        finally:
            os._exit(3)
    os.close(writing)
    time.sleep(dice.uniform(0, LONGEST_LIFE_SECONDS))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as said:
        return said.read().decode().splitlines()


def run(kills: int, seed: int) -> dict[str, object]:
    """Kill ``kills`` writers; odd files are locked with a passphrase."""
    lock.COST.update(n=2**4)  # the derivation is not what is tried here
    dice = random.Random(seed)
    confirmed: set[str] = set()
    unsure: set[str] = set()
    erased: set[str] = set()
    found = {"kills": kills, "seed": seed, "confirmed": 0, "lost": 0, "half_written": 0, "back_from_erasing": 0}
    within, restored, unequal = 0, 0, 0
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        for number in range(kills):
            file = number // FRESH_FILE_EVERY
            path, passphrase = Path(name) / f"{file}.sqlite", PASSPHRASE if file % 2 else None
            if number % FRESH_FILE_EVERY == 0:
                confirmed, unsure, erased = set(), set(), set()
            for line in kill_one(path, passphrase, dice.randrange(2**32), dice):
                word, entry_id = line.split()
                if word == "saved":
                    confirmed.add(entry_id)
                    found["confirmed"] += 1
                elif word == "erasing":
                    confirmed.discard(entry_id)
                    unsure.add(entry_id)
                else:
                    unsure.discard(entry_id)
                    erased.add(entry_id)
            within += Path(f"{path}-journal").exists()
            with Keeper.open(path, passphrase, create=True) as keeper:
                entries = keeper.entries()
                ids = {kept.id for kept in entries}
                found["lost"] += len(confirmed - ids)
                found["back_from_erasing"] += len(erased & ids)
                found["half_written"] += sum(not whole(kept) for kept in entries)
                if number % FRESH_FILE_EVERY == FRESH_FILE_EVERY - 1 or number == kills - 1:
                    copy, back = path.with_suffix(".backup"), path.with_suffix(".restored")
                    keeper.backup(copy)
                    restore(copy, back)
                    with Keeper.open(back, passphrase) as other:
                        unequal += other.entries() != entries
                    restored += 1
    return {
        **found,
        "killed_within_a_write": within,
        "backups_restored": restored,
        "backups_unequal": unequal,
        "seconds": round(time.monotonic() - begun, 1),
    }


if __name__ == "__main__":
    result = run(int(sys.argv[1]) if len(sys.argv) > 1 else 500, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(json.dumps(result))
    wrong = ("lost", "half_written", "back_from_erasing", "backups_unequal")
    sys.exit(1 if any(result[name] for name in wrong) or not result["confirmed"] else 0)

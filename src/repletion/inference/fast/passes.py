"""The sweep, compiled: the steps of :mod:`repletion.inference.sweep` for eight rows at a time.

The same sums, but a step passes over its vector a few times where numpy passes ten times, and eight rows of a vector of
a thousand cells stay in the processor's cache.  Importing it needs the extra ``fast``.  What is compiled is kept on
disk beside the source, or in the user's cache where that cannot be written, under a name that changes with the source.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from numba import types

from repletion.inference.fast.backward import backward
from repletion.inference.fast.forward import forward
from repletion.inference.fast.lanes import store
from repletion.inference.fast.pieces import OFFSETS, PAIRS, fill_places
from repletion.inference.fast.program import LANES, STEP, Array, program_of
from repletion.inference.sweep import Passed

if TYPE_CHECKING:
    from repletion.inference.plan import Plan
    from repletion.inference.sweep import Tables


def run(steps, items, numbers, wanted, room, o, places, log_z, off, on, risk, quiet, loud):
    """Every block of eight rows, and the posteriors of the first ``wanted`` blocks."""
    for number in range(len(steps)):
        s = steps[number]
        at = s.items + 3 + s.risks + 2 * s.touching + 3 * s.close + 2 * (s.links + s.opens) + s.begins
        fill_places(items, at, s.rest, places, s.places)
        fill_places(items, at + 2 * s.rest, s.gone, places, s.places + (1 << s.rest))
    for b in range(len(numbers)):
        store(log_z, b, forward(steps, items, places, numbers[b], room, o))
        if b < wanted:
            backward(steps, items, places, numbers[b], room, o, off[b], on[b], risk[b], quiet[b], loud[b])


def _kept_as() -> str:
    """A name for what is compiled, made of all that is compiled: numba looks at the date of one file alone."""
    digest = hashlib.blake2s(digest_size=6)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return f"passes_{digest.hexdigest()}"


def _compiled() -> Any:
    """The passes in machine code.  Their cells are written out eight numbers at a time for the compiler to put into
    vector instructions, which numba leaves off unless asked."""
    one, two, whole = types.float64[::1], types.float64[:, ::1], types.int64
    steps = types.Array(numba.from_dtype(STEP), 1, "C")
    arguments = (steps, whole[::1], two, whole, one, numba.from_dtype(OFFSETS), whole[::1], one, *[two] * 5)
    settings: Any = numba.config
    before = settings.SLP_VECTORIZE
    settings.SLP_VECTORIZE = 1
    run.__qualname__ = _kept_as()

    def made(*, kept: bool) -> Any:
        return numba.njit(types.void(*arguments), cache=kept, nogil=True, error_model="numpy")(run)

    try:
        return made(kept=True)
    except RuntimeError:  # there is no folder it may be kept in (a server without files to write): for this process
        return made(kept=False)
    finally:
        settings.SLP_VECTORIZE = before


_run = _compiled()


def passes(plan: Plan, t: Tables, leak: Array, off: Array, on: Array, wanted: int) -> Passed:
    """Both passes over a plan that has steps, backwards for the first ``wanted`` rows; see :data:`sweep.Passes`."""
    program = program_of(plan)
    tape, tables, places, halves, widest, opened, risks, opens = program.sizes.tolist()
    numbers = program.numbers(t, leak, off, on)
    parts = (tape, tables, tables, halves, widest, widest, widest, widest, opened, opened, opened, opened, PAIRS)
    starts = np.cumsum([0, *parts])
    offsets = np.array([tuple(starts[:-1])], dtype=OFFSETS).view(np.recarray)[0]
    room, room_of_places = np.empty(starts[-1] * LANES), np.empty(2 * places, dtype=np.int64)
    blocks, back = len(numbers), -(-wanted // LANES)
    log_z = np.empty(blocks * LANES)
    sizes = (len(plan.steps), len(plan.steps), risks, opens, opens)
    found = [np.empty((back, size * LANES)) for size in sizes]
    _run(program.steps, program.items, numbers, back, room, offsets, room_of_places, log_z, *found)
    by_row = [
        part.reshape(back, size, LANES).transpose(1, 0, 2).reshape(size, back * LANES)[:, :wanted]
        for part, size in zip(found, sizes, strict=True)
    ]
    quiet, loud = by_row[3:]
    private = {p.finding for p in plan.private}
    weights = {f: (quiet[k], loud[k]) for k, f in enumerate(program.opened.tolist()) if f in private}
    return Passed(log_z[: t.rows], by_row[0], by_row[1], by_row[2], weights)

"""Eight numbers at a time: a cell of an array of cells as a tuple that stays in registers.

Row after row the same is done, so eight rows go side by side; written out one by one, the compiler puts them into
vector instructions.  Everything here is compiled into :mod:`repletion.inference.fast.passes`.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

U1, U2, U3, U4, U5, U6, U7 = (np.uint64(k) for k in range(1, 8))
EIGHT = np.uint64(3)  # as a shift

_njit: Any = numba.njit
njit = _njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, error_model="numpy")


@njit
def load(a, x):
    i = np.uint64(x) << EIGHT  # unsigned: a place that might be negative costs three more instructions
    return a[i], a[i + U1], a[i + U2], a[i + U3], a[i + U4], a[i + U5], a[i + U6], a[i + U7]


@njit
def store(a, x, t):
    i = np.uint64(x) << EIGHT
    a[i], a[i + U1], a[i + U2], a[i + U3], a[i + U4], a[i + U5], a[i + U6], a[i + U7] = t


@njit
def same(x):
    return x, x, x, x, x, x, x, x


@njit
def mul(a, b):
    return a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3], a[4] * b[4], a[5] * b[5], a[6] * b[6], a[7] * b[7]


@njit
def add(a, b):
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5], a[6] + b[6], a[7] + b[7]


@njit
def rest_of(a):
    return 1 - a[0], 1 - a[1], 1 - a[2], 1 - a[3], 1 - a[4], 1 - a[5], 1 - a[6], 1 - a[7]


@njit
def over(a, b):
    return a[0] / b[0], a[1] / b[1], a[2] / b[2], a[3] / b[3], a[4] / b[4], a[5] / b[5], a[6] / b[6], a[7] / b[7]


@njit
def larger(a, b):
    return (
        a[0] if a[0] > b[0] else b[0], a[1] if a[1] > b[1] else b[1],
        a[2] if a[2] > b[2] else b[2], a[3] if a[3] > b[3] else b[3],
        a[4] if a[4] > b[4] else b[4], a[5] if a[5] > b[5] else b[5],
        a[6] if a[6] > b[6] else b[6], a[7] if a[7] > b[7] else b[7],
    )  # fmt: skip


@njit
def logs(a):
    return (
        math.log(a[0]), math.log(a[1]), math.log(a[2]), math.log(a[3]),
        math.log(a[4]), math.log(a[5]), math.log(a[6]), math.log(a[7]),
    )  # fmt: skip

"""The normal distribution and roots for one person's numbers are those of SciPy."""

from __future__ import annotations

import numpy as np
from scipy import special

from repletion.intake.normal import ndtr, ndtri, rising_root


def test_equals_scipy() -> None:
    x = np.linspace(-9, 9, 181)
    np.testing.assert_allclose(ndtr(x), special.ndtr(x), rtol=1e-13)
    assert ndtr([-np.inf, np.inf]).tolist() == [0.0, 1.0]
    p = np.linspace(0.001, 0.999, 99)
    np.testing.assert_allclose(ndtri(p), special.ndtri(p), rtol=1e-12, atol=1e-14)
    assert ndtri([0, 1]).tolist() == [-np.inf, np.inf]


def test_a_rising_function_is_solved() -> None:
    root = rising_root(lambda x: np.exp(x), 3.0, -5.0, 5.0)
    assert abs(root - np.log(3.0)) < 1e-14

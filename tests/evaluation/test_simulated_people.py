"""People drawn from the network: the draws have the network's own probabilities, and the answers are calibrated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from repletion.evaluation.simulation import Simulator, calibration, draw, simulate
from repletion.inference import Evidence, infer
from repletion.knowledge import load


def test_calibration_by_hand() -> None:
    predicted = np.array([0.1, 0.1, 0.1, 0.1, 0.8, 0.8])
    true = np.array([False, False, False, True, True, False])
    found = calibration(predicted, np.full(6, 0.5), true, 2)
    # bins: mean 0.1 against 1/4 in four of six, mean 0.8 against 1/2 in two of six
    assert found.error == pytest.approx(4 / 6 * 0.15 + 2 / 6 * 0.3)
    assert found.error_above_tenth == pytest.approx(0.3)
    assert found.brier == pytest.approx((3 * 0.01 + 0.81 + 0.04 + 0.64) / 6)
    assert found.brier_of_prior == pytest.approx(0.25)
    assert [b.predictions for b in found.bins] == [4, 2] and found.true == 2


def test_draws_have_the_probabilities_of_the_network() -> None:
    simulator = Simulator(load(), seed=5)
    network = simulator.person()
    central = network.central()
    ones = np.ones(len(central.findings))
    wanted = infer(central, Evidence(likelihood0=ones, likelihood1=ones)).probability[0]
    generator = np.random.default_rng(3)
    drawn = [draw(network, 0, generator) for _ in range(4000)]
    share = np.mean([on for on, _ in drawn], axis=0)
    assert (np.abs(share - wanted) < 5 * np.sqrt(wanted * (1 - wanted) / 4000) + 1e-3).all()
    finding = int(np.argmax(central.leak[0]))
    one = ones.copy()
    zero = ones.copy()
    zero[finding] = 0
    rate = float(np.exp(infer(central, Evidence(likelihood0=zero, likelihood1=one)).log_evidence[0]))
    seen = np.mean([findings[finding] for _, findings in drawn])
    assert abs(seen - rate) < 5 * np.sqrt(rate * (1 - rate) / 4000)
    for parent, child in central.requires:
        assert not any(on[child] and not on[parent] for on, _ in drawn)


def test_answers_are_calibrated_and_better_than_the_prior(tmp_path: Path) -> None:
    found = simulate(100, tmp_path, seed=2)
    assert found.people == 100 and found.complete and found.sampled == 0
    assert found.central.error < 0.01 and found.uncertain.error < 0.02
    assert found.central.brier < found.central.brier_of_prior
    assert sum(b.predictions for b in found.central.bins) == found.central.predictions
    page = (tmp_path / "simulation.html").read_text(encoding="utf-8")
    assert "<script" not in page and "http" not in page and "<svg" in page


def test_the_same_seed_draws_the_same_people(tmp_path: Path) -> None:
    assert simulate(10, tmp_path, seed=2) == simulate(10, tmp_path / "again", seed=2)


def test_stopped_it_reports_the_people_done(tmp_path: Path) -> None:
    def stop(done: int, of: int, name: str) -> None:
        if done == 7:
            raise KeyboardInterrupt

    found = simulate(50, tmp_path, progress=stop)
    assert (found.people, found.asked, found.complete) == (7, 50, False)
    assert (tmp_path / "simulation.json").exists()

"""``repletion evaluate --survey`` on a hundred and fifty invented people, and on folders that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from sklearn.metrics import roc_auc_score

from repletion.assessment.reasoning import builder_of
from repletion.cli import main
from repletion.evaluation.model import EvaluationError, evaluation_schema
from repletion.evaluation.survey import measure
from repletion.evaluation.survey import predict as predicting
from repletion.evaluation.survey.model import SurveySummary
from repletion.evaluation.survey.people import Pharmacy, Told, told
from repletion.evaluation.survey.plan import plan
from repletion.evaluation.survey.predict import predicted
from repletion.evaluation.survey.run import evaluate_survey
from repletion.evaluation.survey.table import read_survey
from repletion.inference import infer, nothing_known
from repletion.knowledge import load
from repletion.network.model import Network

PEOPLE = 150
NHANES = Path(__file__).parents[3] / "shared" / "data" / "nhanes"


def invented() -> dict[str, list[object]]:
    """Adults of whom the older and those on a water tablet have low potassium more often; the last ten are children."""
    random = np.random.default_rng(9)
    age = np.concatenate([random.integers(20, 81, PEOPLE - 10), np.full(10, 12)]).astype(float)
    tablet = random.random(PEOPLE) < 0.3
    low = random.random(PEOPLE) < np.where(tablet, 0.6, 0.15)
    return {
        "SEQN": list(range(1, PEOPLE + 1)),
        "cycle": ["1900-1901"] * PEOPLE,
        "age_y": age.tolist(),
        "sex": random.integers(1, 3, PEOPLE).astype(float).tolist(),
        "pregnant": [None] * PEOPLE,
        "race_eth": random.integers(1, 6, PEOPLE).astype(float).tolist(),
        "exam_season": random.integers(1, 3, PEOPLE).astype(float).tolist(),
        "stratum": (np.arange(PEOPLE) % 5).astype(float).tolist(),
        "psu": (np.arange(PEOPLE) // 5 % 2).astype(float).tolist(),
        "wt_mec_2y": random.uniform(1, 9, PEOPLE).tolist(),
        "height_cm": random.normal(170, 8, PEOPLE).tolist(),
        "weight_kg": random.normal(75, 12, PEOPLE).tolist(),
        "rx_any_code": [1.0] * PEOPLE,
        "rx_thiazide": tablet.astype(float).tolist(),
        "supp30_any": [2.0] * PEOPLE,
        "d1_status": [1.0] * PEOPLE,
        "d1_vit_b12_ug": random.gamma(3, 1.5, PEOPLE).tolist(),
        "lab_potassium_mmol_l": np.where(low, 3.2, 4.1).tolist(),
    }


def write(folder: Path, columns: dict[str, list[object]], tablets: bool = True) -> Path:
    folder.mkdir(exist_ok=True)
    parquet.write_table(pa.table(columns), folder / "nhanes_invented.parquet")
    if tablets:
        who = [i for i, yes in zip(columns["SEQN"], columns["rx_thiazide"], strict=True) if yes]
        rows = {"SEQN": who, "drug": ["HYDROCHLOROTHIAZIDE; LISINOPRIL"] * len(who), "days_taken": [90.0] * len(who)}
        rows["SEQN"].append(2), rows["drug"].append("OINTMENT OF THE MOON"), rows["days_taken"].append(3.0)
        parquet.write_table(pa.table(rows), folder / "prescriptions_invented.parquet")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("survey"), invented())


@pytest.fixture(scope="module")
def people(folder: Path) -> tuple[Told, ...]:
    rules, knowledge = plan(), load()
    survey = read_survey(folder, rules)
    survey = survey.take(np.flatnonzero(survey.column("age_y") >= 20))
    return told(survey, rules, knowledge, pharmacy=Pharmacy(rules, knowledge))


def test_columns_become_what_a_person_tells(people: tuple[Told, ...]) -> None:
    columns = invented()
    for i in (0, 1, 2, 3):
        who, taken = people[i], float(columns["rx_thiazide"][i])  # type: ignore[arg-type]
        assert who.person.age == columns["age_y"][i]
        assert who.person.sex == ("male" if columns["sex"][i] == 1 else "female")
        assert who.known["thiazide_diuretics"] == who.known["ace_inhibitors"] == taken
        assert who.known["biguanides"] == 0 and "nsaids" not in who.known  # sold without prescription
        assert who.known["vitamin_d_products"] == 0
        assert 0 <= who.known["low_vitamin_b12_intake"] <= 1
        assert "diabetes_mellitus" not in who.known  # not asked is not no
    soft = [who.known["low_vitamin_b12_intake"] for who in people]
    assert max(soft) > 0.1 > min(soft)


def test_the_probabilities_are_those_of_the_whole_network(people: tuple[Told, ...]) -> None:
    builder = builder_of(load(), 0, 1)
    findings = ["low_serum_potassium", "low_vitamin_b12"]
    for rows, values in predicted(builder, people[:6], findings):
        for i, found in zip(rows, values, strict=True):
            who = people[i]
            network: Network = builder.build(who.person, season=who.season, known=who.known, findings=findings).network
            for f, value in enumerate(found):
                none = nothing_known(network)
                on = np.zeros(2)
                on[f] = 1
                off = np.where(on == 1, 0.0, 1.0)
                seen = type(none)(likelihood0=off, likelihood1=np.ones(2))
                assert value == pytest.approx(np.exp(infer(network, seen).log_evidence[0]), rel=1e-9)


def test_the_figures_are_a_hand_count(folder: Path, tmp_path: Path) -> None:
    summary = evaluate_survey(folder, tmp_path)
    columns = {name: np.array(values) for name, values in invented().items() if name != "pregnant"}
    adult = columns["age_y"] >= 20
    true, weight = columns["lab_potassium_mmol_l"][adult] < 3.5, columns["wt_mec_2y"][adult]
    (potassium,) = summary.outcomes
    assert (summary.people, summary.predicted, potassium.people) == (140, 140, 140)
    assert potassium.cases == int(true.sum())
    assert potassium.observed.value == pytest.approx((weight * true).sum() / weight.sum())
    tablets = next(group for group in potassium.groups if group.label == "Thiazide")
    on = columns["rx_thiazide"][adult] == 1
    assert (tablets.people, tablets.cases) == (int(on.sum()), int((true & on).sum()))
    assert tablets.observed.value == pytest.approx((weight * (true & on)).sum() / (weight * on).sum())
    assert tablets.predicted is not None and tablets.predicted > 1.5 * (potassium.network.prevalence.value or 1)
    knowledge, rules = load(), plan()
    survey = read_survey(folder, rules)
    adults = survey.take(np.flatnonzero(adult))
    who = told(adults, rules, knowledge, pharmacy=Pharmacy(rules, knowledge))
    builder = builder_of(knowledge, 0, 1)
    guess = np.concatenate([values for _, values in predicted(builder, who, ["low_serum_potassium"])])[:, 0]
    assert potassium.network.prevalence.value == pytest.approx((weight * guess).sum() / weight.sum())
    assert potassium.network.auc.value == pytest.approx(roc_auc_score(true, guess, sample_weight=weight))
    assert potassium.network.slope.value == pytest.approx(measure.recalibration(guess, true, weight)[0][0])
    assert potassium.network.brier == pytest.approx((weight * (guess - true) ** 2).sum() / weight.sum())
    assert {skipped.id for skipped in summary.skipped} >= {"vitamin_b12", "vitamin_d"}
    assert [fitted.ethnicity for fitted in potassium.benchmarks] == [True, False]
    assert summary.prescriptions - summary.prescriptions_known == 1 and "moon" in summary.unread[0]


def test_what_is_written_follows_the_schema_and_repeats(folder: Path, tmp_path: Path, capfd) -> None:
    for name in ("one", "two"):
        with pytest.raises(SystemExit) as ended:
            main(["evaluate", "--survey", str(folder), "-o", str(tmp_path / name)])
        assert not ended.value.code
    out, err = capfd.readouterr()
    assert "140/140" in err and "Potassium" in out.title() and "slope" in out
    for name in ("survey.json", "survey.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    written = (tmp_path / "one" / "survey.json").read_bytes()
    jsonschema.validate(json.loads(written), evaluation_schema())
    assert msgspec.json.decode(written, type=SurveySummary).complete
    page = (tmp_path / "one" / "survey.html").read_text(encoding="utf-8")
    assert "data:image/png" in page and "<script" not in page and "http" not in page


@pytest.mark.long
def test_stopped_it_reports_those_done(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predicting, "CHUNK", 60)

    def stop(done: int, of: int, name: str) -> None:
        if name == "people" and done >= 120:
            raise KeyboardInterrupt

    summary = evaluate_survey(folder, tmp_path, progress=stop)
    assert not summary.complete and summary.predicted == 120
    assert summary.outcomes[0].people == 120
    assert "stopped after 120" in (tmp_path / "survey.html").read_text(encoding="utf-8")


def test_a_value_under_another_name_and_unit(tmp_path: Path) -> None:
    """Parathyroid hormone in pmol/L instead of pg/mL is read; potassium, not there at all, is named as skipped."""
    columns = invented()
    adult, high = np.array(columns["age_y"]) >= 20, np.arange(PEOPLE) % 5 == 0
    del columns["lab_potassium_mmol_l"]
    columns["lab_pth_pmol_l"] = np.where(high, 7.5, 4.0).tolist()
    summary = evaluate_survey(write(tmp_path / "in", columns), tmp_path / "out")
    (found,) = summary.outcomes
    assert (found.id, found.column, found.cases) == ("parathyroid_hormone", "lab_pth_pmol_l", int((high & adult).sum()))
    why = {skipped.id: skipped.why for skipped in summary.skipped}
    assert "lab_potassium_mmol_l" in why["potassium"]
    assert "lab_phosphorus_mg_dl or lab_phosphate_mmol_l" in why["phosphate"]
    assert not any("no " in reason and "network" in reason for reason in why.values())  # every target has its test


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (("age_y",), "lacks the columns age_y"),
        (("SEQN",), "lacks the columns SEQN"),
        (("wt_mec_2y",), "none of the survey weights"),
        (("lab_potassium_mmol_l",), "None of the laboratory columns"),
    ],
)
def test_a_missing_column_is_named(tmp_path: Path, missing: tuple[str, ...], words: str) -> None:
    columns = {name: values for name, values in invented().items() if name not in missing}
    folder = write(tmp_path / "in", columns, tablets=False)
    with pytest.raises(EvaluationError, match=words):
        evaluate_survey(folder, tmp_path / "out")


def test_folders_that_cannot_be_used(tmp_path: Path, capfd) -> None:
    with pytest.raises(EvaluationError, match="not a folder"):
        evaluate_survey(tmp_path / "nowhere", tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EvaluationError, match=r"holds no file nhanes_\*\.parquet"):
        evaluate_survey(tmp_path / "empty", tmp_path / "out")
    (tmp_path / "empty" / "nhanes_x.parquet").write_text("not a table", encoding="utf-8")
    with pytest.raises(EvaluationError, match="could not be read as a parquet table"):
        evaluate_survey(tmp_path / "empty", tmp_path / "out")
    children = {name: (values if name != "age_y" else [9.0] * PEOPLE) for name, values in invented().items()}
    with pytest.raises(EvaluationError, match="Nobody in the folder is 20"):
        evaluate_survey(write(tmp_path / "in", children), tmp_path / "out")
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", "cases.jsonl", "--survey", "x", "-o", str(tmp_path / "out")])
    assert ended.value.code == 2 and "one of the three" in capfd.readouterr().err


@pytest.mark.long
def test_without_weights_or_sampling_units_of_some_people(tmp_path: Path) -> None:
    """Weight zero counts nobody; unknown sampling units make everybody their own."""
    columns = invented()
    columns["wt_mec_2y"] = [0.0 if i < 40 else 1.0 for i in range(PEOPLE)]
    columns["psu"] = [None] * PEOPLE
    summary = evaluate_survey(write(tmp_path / "in", columns), tmp_path / "out")
    assert summary.outcomes[0].people == 100 and summary.outcomes[0].observed.low is not None


@pytest.mark.long
@pytest.mark.skipif(not NHANES.is_dir(), reason="the survey folder lies beside the repository and is not here")
def test_the_real_folder_is_read() -> None:
    """Its columns are those of the plan; the whole run takes minutes and belongs to ``repletion evaluate``."""
    rules = plan()
    survey = read_survey(NHANES, rules)
    assert len(survey) > 10_000 and survey.medicines
    for outcome in rules.outcomes:
        if outcome.goal:
            assert np.isfinite(survey.column(outcome.column)).sum() > 1000
    few = survey.take(np.flatnonzero(survey.column("age_y") >= 20)[:40])
    who = told(few, rules, load(), pharmacy=Pharmacy(rules, load()))
    ((_, values),) = predicted(builder_of(load(), 0, 1), who, ["low_vitamin_b12", "low_vitamin_d_25oh"])
    assert ((values > 0) & (values < 1)).all() and np.ptp(values[:, 1]) > 0

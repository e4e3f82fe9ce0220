"""A survey folder → columns of numbers, and the medicines of each person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repletion.evaluation.model import EvaluationError
from repletion.evaluation.survey.plan import Plan

Array = NDArray[np.float64]
Yes = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Medicine:
    """A row of the prescriptions: the generic name as typed, and for how many days (``nan``: not known)."""

    name: str
    days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The people of a folder, one row each.

    ``numbers``: column → (N,), ``nan`` where missing.  ``cycle``: (N,) name of the survey cycle.
    ``medicines``: id → rows of the prescriptions; ``None`` when the folder has no such table.
    ``files``: name → SHA-256.
    """

    numbers: dict[str, Array]
    cycle: NDArray[np.str_]
    ids: NDArray[np.int64]
    medicines: dict[int, tuple[Medicine, ...]] | None
    files: dict[str, str]

    def __len__(self) -> int:
        return len(self.ids)

    def column(self, name: str) -> Array:
        """A column; all missing when the folder has none of that name."""
        found = self.numbers.get(name)
        return np.full(len(self), np.nan) if found is None else found

    def among(self, name: str, values: Iterable[float]) -> Yes:
        """(N,) whether the column holds one of the values."""
        return np.isin(self.column(name), np.array(list(values), dtype=float))

    def take(self, rows: NDArray[np.intp]) -> Survey:
        """The same survey with some of its people."""
        return Survey(
            numbers={name: values[rows] for name, values in self.numbers.items()},
            cycle=self.cycle[rows],
            ids=self.ids[rows],
            medicines=self.medicines,
            files=self.files,
        )


def _libraries() -> Any:
    try:
        import pyarrow.parquet as parquet
        import sklearn  # noqa: F401 - asked for now, so that nobody waits to be told
    except ImportError as error:
        raise EvaluationError(
            f"--survey needs {error.name}, which is not installed. Install the extra: pip install 'repletion[survey]'."
        ) from None
    return parquet


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read(parquet: Any, path: Path) -> Any:
    try:
        return parquet.read_table(path)
    except (OSError, ValueError) as error:  # pyarrow's ArrowInvalid is a ValueError
        reason = str(error).splitlines()[0]
        raise EvaluationError(f"{path.name} could not be read as a parquet table: {reason}") from None


def _require(table: Any, path: Path, wanted: Iterable[str]) -> None:
    missing = [name for name in wanted if name not in table.column_names]
    if missing:
        raise EvaluationError(
            f"{path.name} lacks the columns {', '.join(missing)}. They are needed to tell people apart and to weight "
            "them; see docs/evaluation.md for the form of a survey folder."
        )


def _number(column: Any) -> Array | None:
    """A column as floats, or ``None`` when it does not hold numbers."""
    import pyarrow as pa

    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
        return None
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=float)


def read_survey(folder: Path, plan: Plan) -> Survey:
    """The people and medicines of a folder.

    Raises :class:`EvaluationError` when the folder or a needed column is missing, or a file cannot be read.
    """
    parquet = _libraries()
    if not folder.is_dir():
        raise EvaluationError(f"{folder} is not a folder. Name the folder that holds {plan.tables.people}.")
    paths = sorted(folder.glob(plan.tables.people))
    if not paths:
        raise EvaluationError(
            f"{folder} holds no file {plan.tables.people}. Name the folder with the survey's parquet tables."
        )
    weights = sorted({outcome.weight for outcome in plan.outcomes})
    person = plan.person
    parts: list[dict[str, Array]] = []
    cycles: list[NDArray[np.str_]] = []
    files: dict[str, str] = {}
    for path in paths:
        table = _read(parquet, path)
        files[path.name] = _digest(path)
        _require(table, path, (person.id, person.age, person.sex))
        if not any(name in table.column_names for name in weights):
            raise EvaluationError(
                f"{path.name} has none of the survey weights {', '.join(weights)}. Without weights people stand for "
                "nobody but themselves, so nothing is reported."
            )
        numbers = {name: _number(table[name]) for name in table.column_names}
        parts.append({name: values for name, values in numbers.items() if values is not None})
        known = person.cycle in table.column_names
        names = table[person.cycle].to_pylist() if known else [path.stem] * table.num_rows
        cycles.append(np.array([str(name) for name in names], dtype=str))
    columns = dict.fromkeys(name for part in parts for name in part)
    merged = {
        name: np.concatenate([part.get(name, np.full(len(part[person.id]), np.nan)) for part in parts])
        for name in columns
    }
    if not len(merged[person.id]):
        raise EvaluationError(f"{', '.join(files)}: there is nobody in the table.")
    medicines = _medicines(parquet, folder, plan, files)
    return Survey(
        numbers=merged,
        cycle=np.concatenate(cycles),
        ids=merged[person.id].astype(np.int64),
        medicines=medicines,
        files=files,
    )


def _medicines(parquet: Any, folder: Path, plan: Plan, files: dict[str, str]) -> dict[int, tuple[Medicine, ...]] | None:
    """Medicines by person; rows without a name are left out."""
    rules = plan.prescriptions
    paths = sorted(folder.glob(plan.tables.prescriptions))
    if not paths:
        return None
    found: dict[int, list[Medicine]] = {}
    for path in paths:
        table = _read(parquet, path)
        files[path.name] = _digest(path)
        _require(table, path, (rules.id, rules.name))
        days = (_number(table[rules.days]) if rules.days in table.column_names else None) if table.num_rows else None
        for i, (person, name) in enumerate(
            zip(table[rules.id].to_pylist(), table[rules.name].to_pylist(), strict=True)
        ):
            if name:
                length = float(days[i]) if days is not None else float("nan")
                found.setdefault(int(person), []).append(Medicine(str(name), length))
    return {person: tuple(rows) for person, rows in found.items()}

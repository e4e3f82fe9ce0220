"""``repletion keep`` and ``kept``, as typed."""

from __future__ import annotations

import csv
import io
import json

import pytest

from repletion.cli import main
from repletion.keeping import Keeper

from .conftest import WORDS


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def call(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(list(args))
        said = capsys.readouterr()
        return int(stop.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def file(tmp_path, answered):
    """A file with two entries, and their ids."""
    with Keeper.open(tmp_path / "k.sqlite", create=True) as keeper:
        ids = [keeper.save(*answered, name="=cmd()|me"), keeper.save(*answered, name="=cmd()|me")]
    return str(tmp_path / "k.sqlite"), ids


def test_keep_makes_the_file_in_the_data_folder_and_kept_lists_it(run, tmp_path):
    (tmp_path / "case.txt").write_text(WORDS)
    code, _, err = run("kept")
    assert code == 2 and "Nothing is kept" in err and not (tmp_path / "data").exists()
    code, out, _ = run("keep", "case.txt")
    assert code == 0 and "not locked" in out
    assert [path.name for path in (tmp_path / "data").rglob("*.sqlite")] == ["kept.sqlite"]
    code, out, _ = run("kept")
    assert code == 0 and "case" in out and "version 1" in out


def test_show_and_compare_lead_with_the_urgency(run, file, answered):
    from repletion.report.wording import say

    place, (first, second) = file
    heading = say(f"urgency.{answered[1].triage.urgency}.heading")
    _, out, _ = run("kept", "show", first, "--file", place)
    assert heading in "\n".join(out.splitlines()[:8]) and first in out
    _, out, _ = run("kept", "compare", first, second, "--file", place)
    assert out.startswith(heading) and "in 100 (range" in out and "version 1" in out
    assert "mean a day" in out
    code, out, _ = run("kept", "--file", place, "show", first, "--format", "json")
    assert code == 0 and json.loads(out)["entries"][0]["id"] == first
    code, _, err = run("kept", "show", "nonsense", "--file", place)
    assert code == 2 and "No entry" in err


def test_export_as_json_is_read_back_equal(run, file, tmp_path):
    place, _ids = file
    assert run("kept", "export", "--file", place, "-o", "all.json")[0] == 0
    assert run("kept", "import", "all.json", "--file", "new.sqlite") == (0, "2 entries added.\n", "")
    assert run("kept", "import", "all.json", "--file", "new.sqlite")[1] == "0 entries added.\n"
    with Keeper.open(place) as one, Keeper.open(tmp_path / "new.sqlite") as other:
        assert one.entries() == other.entries()
    (tmp_path / "bad.json").write_text('{"schema": "x", "entries": [[[]]]}')
    assert run("kept", "import", "bad.json", "--file", "new.sqlite")[0] == 2


@pytest.mark.parametrize(
    ("part", "value"),
    [("id", "../../x"), ("saved", "\u001b[2J"), ("answer", {}), ("answer", {"triage": {"urgency": "nonsense"}}),
     ("answer", {"triage": {"urgency": "routine"}, "explanations": [1]})],
)  # fmt: skip
def test_an_export_from_elsewhere_that_holds_no_entries_adds_nothing(run, file, tmp_path, part, value):
    place, _ids = file
    whole = json.loads(run("kept", "export", "--file", place)[1])
    whole["entries"][1][part] = value
    (tmp_path / "bad.json").write_text(json.dumps(whole))
    code, _, err = run("kept", "import", "bad.json", "--file", "new.sqlite")
    assert code == 2 and "Nothing was added" in err
    assert run("kept", "--file", "new.sqlite")[1] == "Nothing is kept in this file.\n"


def test_a_case_that_cannot_be_read_makes_no_file(run, tmp_path):
    assert run("keep", "nowhere.yaml", "--file", "new.sqlite")[0] == 2
    assert not (tmp_path / "new.sqlite").exists()


def test_export_as_csv_and_fhir(run, file):
    place, ids = file
    _, out, _ = run("kept", "export", "--file", place, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["id"] for row in rows} == set(ids)
    assert rows[0]["kind"] == "urgency" and rows[0]["name"] == "'=cmd()|me"
    assert any(row["kind"] == "diary" and "banana" in row["words"] for row in rows)
    _, out, _ = run("kept", "export", "--file", place, "--format", "fhir")
    bundle = json.loads(out)
    assert bundle["resourceType"] == "Bundle" and len(bundle["entry"]) == 2
    from fhir.resources.R4B.bundle import Bundle

    Bundle.model_validate(bundle)


def test_lock_backup_restore_and_erase(run, file, tmp_path, monkeypatch):
    place, (first, _second) = file
    (tmp_path / "word").write_text("correct horse battery\n")
    assert run("kept", "lock", "--file", place, "--new-passphrase-from", "word")[0] == 0
    code, out, err = run("kept", "--file", place)
    assert code == 2 and "locked" in err and "cmd()" not in out + err
    monkeypatch.setenv("REPLETION_PASSPHRASE", "correct horse battery")
    assert run("kept", "backup", "copy.sqlite", "--file", place)[0] == 0
    assert run("kept", "erase", first, "--yes", "--file", place)[1] == "Erased.\n"
    assert first not in run("kept", "--file", place)[1]
    assert run("kept", "restore", "copy.sqlite", "--file", place, "--replace")[1] == "2 entries restored.\n"
    assert first in run("kept", "--file", place)[1]
    assert run("kept", "unlock", "--file", place)[0] == 0
    monkeypatch.delenv("REPLETION_PASSPHRASE")
    assert run("kept", "move", "moved.sqlite", "--file", place)[0] == 0
    assert run("kept", "erase", "--everything", "--yes", "--file", "moved.sqlite")[0] == 0
    assert not (tmp_path / "moved.sqlite").exists()
    assert run("kept", "erase", "--file", place)[0] == 2

"""What no sentence may say, in the catalogue, the knowledge and a rendered report."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from sample import sample

from repletion.knowledge.base import DATA
from repletion.knowledge.reader import parse_yaml
from repletion.report import READERS, render
from repletion.report.wording import catalogue, display, say

FORBIDDEN = [
    r"\byou have an? [a-z]+ ?(?:deficiency|disease|disorder|excess|shortage)",
    r"\byou (?:have|suffer from) (?:low|high|too (?:much|little)) ",
    r"\byou are (?:deficient|lacking|ill)",
    r"\byou(?:'re| are) diagnosed",
    r"\byour diagnosis\b",
    r"(?<!not )(?<!never )(?<!don't )\bstop (?:taking|using) (?:your|the|this|it)\b",
    r"\b(?:discontinue|come off|quit) (?:your|the) (?:medicine|medication|tablets|drug)",
    r"\bcalorie (?:goal|target|budget)",
    r"\beat less\b",
    r"\blose weight\b",
    r"\bwell done\b",
    r"\bguaranteed?\b",
    r"\bnothing to worry\b",
]
PATTERN = re.compile("|".join(FORBIDDEN), re.I)
ROOT = Path(__file__).parents[2] / "src" / "repletion"


def test_the_lint_itself_catches_verdicts() -> None:
    for phrase in ("You have a magnesium deficiency", "you are deficient", "Stop taking your tablets", "eat less salt"):
        assert PATTERN.search(phrase), phrase
    assert not PATTERN.search("Do not stop taking your medicine")


def test_catalogue_and_templates_pass_no_verdict() -> None:
    for key, sentence in catalogue().items():
        assert not PATTERN.search(sentence), key
    for path in sorted((ROOT / "report" / "templates").iterdir()):
        assert not PATTERN.search(path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("folder", ["states", "explanations", "red_flags", "findings", "factors", "tests", "wording"])
def test_knowledge_passes_no_verdict(folder: str) -> None:
    for path in sorted((DATA / folder).rglob("*.*")):
        if path.suffix in {".yaml", ".csv"}:
            text = re.sub(r"\s+", " ", path.read_text(encoding="utf-8"))
            for found in PATTERN.finditer(text):
                sentence = re.split(r"(?<=[.?!])\s", text[found.start() :])[0]
                # a question is no verdict
                assert sentence.endswith("?"), f"{path.name}: {sentence[:120]}"


@pytest.mark.parametrize("form", ["text", "html"])
@pytest.mark.parametrize("reader", READERS)
def test_reports_pass_no_verdict(form: str, reader: str) -> None:
    text = render(sample(), format=form, reader=reader)
    assert not PATTERN.search(re.sub(r"\s+", " ", text))
    assert say("draft") in text


def test_every_sentence_that_code_says_exists_and_every_sentence_is_said() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("report", "cli", "handbook", "web", "api", "assistant", "hooks", "practice")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".j2"}
        and "plan.data import say" not in path.read_text(encoding="utf-8")
        and (folder == "web" or not path.stem.startswith("plan"))  # the plan has words of its own
    )
    plain = set(re.findall(r"""(?:say|fail)\(\s*["']([a-z_.0-9]+)["'][,)]""", code))
    named = {f"cli.{key}" if f"cli.{key}" in catalogue() else key for key in plain}
    assert named <= set(catalogue()), named - set(catalogue())
    # or built from its beginning: f"urgency.{urgency}.word" in code, "urgency." ~ urgency in a template
    begun = tuple(set(re.findall(r"""["']([a-z_.0-9]*[._])(?:\{|["'] ~)""", code)) - {".", "_"})
    for key in (name for name in catalogue() if not name.startswith("keeping.")):
        whole = any(f"{quote}{key}{quote}" in code for quote in "\"'") or f'fail("{key.rpartition(".")[2]}"' in code
        assert whole or key.startswith(begun), key


def test_every_refusal_of_what_is_kept_exists_and_is_said() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "keeping").glob("*.py"))
    said = {name for call in re.findall(r"refusal\(([^,)]*)", code) for name in re.findall(r'"(\w+)"', call)}
    assert said == {key.removeprefix("keeping.") for key in catalogue() if key.startswith("keeping.")}


def test_every_sentence_that_the_plan_says_exists() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("report", "cli")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".j2"}
        and (path.stem.startswith("plan") or "plan.data import say" in path.read_text(encoding="utf-8"))
    )
    words = set(parse_yaml((DATA / "plan" / "wording.yaml").read_text(encoding="utf-8"))) | set(catalogue())
    said = set(re.findall(r"""say\(\s*["']([a-z_.0-9]+)["'][,)]""", code))
    assert len(said) > 20 and said <= words, said - words


def test_medicine_advice_sends_back_to_the_prescriber() -> None:
    assert "prescribed it" in say("medicine")
    assert say("medicine") in re.sub(r"\s+", " ", render(sample()))
    assert say("medicine") not in re.sub(r"\s+", " ", render(sample(understood=[])))


def test_display_choices_are_in_range() -> None:
    show = display()
    assert 0 < show.least_probability_with_sign <= show.least_probability < 1
    assert [least for least, _ in show.strength] == sorted((least for least, _ in show.strength), reverse=True)
    assert show.strength[-1][0] == 1


def test_placeholders_are_plain_names() -> None:
    for key, sentence in catalogue().items():
        for _, name, _, _ in string.Formatter().parse(sentence):
            assert name is None or name.isidentifier(), key

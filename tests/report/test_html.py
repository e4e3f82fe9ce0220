"""The page: whole in itself, followable from output to claim to source, and safe with what somebody typed."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from sample import record, sample

from repletion.report import READERS, render
from repletion.report.links import anchor, safe_link
from repletion.report.wording import display, say

VOID = {"meta", "link", "br", "img", "hr", "input", "rect", "circle", "line", "path"}


class Page(HTMLParser):
    """Elements with their attributes, ids, links, headings; checks that tags nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.elements if tag == name]

    @property
    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.elements if "id" in attrs]


@pytest.fixture(scope="module", params=READERS)
def page(request: pytest.FixtureRequest) -> Page:
    return Page(render(sample(), format="html", reader=request.param))


def test_tags_nest_and_ids_are_unique(page: Page) -> None:
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))


def test_every_link_inside_the_page_arrives(page: Page) -> None:
    inside = [str(a["href"])[1:] for a in page.all("a") if str(a["href"]).startswith("#")]
    assert len(inside) > 10
    assert set(inside) <= set(page.ids)


def test_nothing_is_fetched(page: Page) -> None:
    names = {tag for tag, _ in page.elements}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "form", "video", "audio", "base"}
    for tag, attrs in page.elements:
        assert not {"src", "srcset", "action", "poster", "data"} & set(attrs), tag
        assert not any(name.startswith("on") for name in attrs)
    style = "".join(page.text)
    assert "url(" not in style and "@import" not in style
    outside = [a for a in page.all("a") if str(a["href"]).startswith("http")]
    assert all("noopener" in str(a["rel"]) for a in outside)
    policy = next(m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in str(policy)


def test_output_leads_to_claim_and_claim_to_source(page: Page) -> None:
    targets = {str(a["href"])[1:] for a in page.all("a")}
    assert anchor("claim", "RISK-001") in targets & set(page.ids)
    assert anchor("source", "source-b") in targets & set(page.ids)


def test_page_is_readable_without_eyes(page: Page) -> None:
    assert page.all("html")[0]["lang"] == "en"
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    for svg in page.all("svg"):
        assert svg.get("aria-hidden") == "true" or (svg["role"] == "img" and svg["aria-labelledby"])
    labels = [name for svg in page.all("svg") for name in str(svg.get("aria-labelledby") or "").split()]
    assert labels and set(labels) <= set(page.ids)
    assert all(th.get("scope") in {"col", "row"} for th in page.all("th"))
    first = page.all("a")[0]
    assert first["class"] == "skip" and str(first["href"])[1:] in page.ids


def test_urgency_is_words_and_not_color_alone() -> None:
    for urgency in ("emergency", "same_day", "same_week", "routine", "self_care"):
        text = render(sample(triage={**record()["triage"], "urgency": urgency}), format="html")
        card = re.search(r'<div class="care.*?</h3>', text, re.S)
        assert card is not None
        assert f'<span class="hidden">{say(f"urgency.{urgency}.hidden")}: </span>' in card[0]
        assert say(f"urgency.{urgency}.heading") in card[0]


def test_hostile_words_stay_words() -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    data = record()
    data["explanations"][0]["because"][0].update(text=evil, label=evil)
    data["understood"][0].update(text=evil, label=evil)
    data["labs"][0].update(typed=evil, label=evil)
    issue = {"level": "error", "where": evil, "message": evil, "remedy": evil}
    row = {**data["intake"][1], "label": evil, "notes": [evil]}
    for reader in READERS:
        text = render(
            sample(
                title=evil,
                explanations=data["explanations"],
                understood=data["understood"],
                labs=data["labs"],
                issues=[issue],
                intake=[row],
            ),
            format="html",
            reader=reader,
        )
        assert "<script" not in text and "<img" not in text
        assert "&lt;script&gt;" in text
        assert not any(tag in {"script", "img"} for tag, _ in Page(text).elements)


def test_only_links_to_the_web_become_links() -> None:
    assert safe_link("javascript:alert(1)") is None
    assert safe_link(None) is None
    assert safe_link("https://doi.org/10.1/x") == "https://doi.org/10.1/x"
    source = {**record()["citations"][0], "link": "javascript:alert(1)"}
    assert "javascript:" not in render(sample(citations=[source]), format="html")


def test_anchors_differ_whenever_names_differ() -> None:
    names = ["a b", "a-b", "a.b", "a_b", "A b", "a/b", "a.20b"]
    assert len({anchor("claim", name) for name in names}) == len(names)


def _dots(text: str, name: str, kind: str) -> int:
    icons = re.search(rf'aria-labelledby="{anchor("icons", name)}-t.*?</svg>', text, re.S)
    assert icons is not None
    path = re.search(rf'class="{kind}" d="([^"]*)"', icons[0])
    assert path is not None
    return path[1].count("M")


def test_icon_array_counts_people() -> None:
    text = render(sample(), format="html")
    counts = {kind: _dots(text, "hypomagnesemia", kind) for kind in ("sure", "maybe", "could", "not")}
    assert counts == {"sure": 35, "maybe": 27, "could": 22, "not": 16}
    assert sum(counts.values()) == display().denominator


def _luminance(color: str) -> float:
    full = color if len(color) == 6 else "".join(c * 2 for c in color)
    parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_has_contrast_in_light_and_dark() -> None:
    text = render(sample(), format="html")
    themes = re.findall(r":root\{([^}]*)\}", text)
    assert len(themes) == 3  # light, dark, print
    light = dict(re.findall(r"--([a-z-]+):#([0-9a-f]{3,6})", themes[0]))
    for theme in themes:
        colors = {**light, **dict(re.findall(r"--([a-z-]+):#([0-9a-f]{3,6})", theme))}
        pairs = [(ink, ground) for ink in ("ink", "soft", "accent", "mark") for ground in ("paper", "card")]
        pairs += [("urgent-ink", "urgent"), ("calm-ink", "calm"), ("accent-ink", "accent")]
        for ink, ground in pairs:
            low, high = sorted((_luminance(colors[ink]), _luminance(colors[ground])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, ground)

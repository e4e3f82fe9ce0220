"""A page as terminal text, Markdown, or one self-contained HTML file."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from repletion.handbook.document import Anchored, Block, Document, Grid, Line, Paragraph, Points, Span, anchors_of
from repletion.report.drawing import add, draw, environment
from repletion.report.links import anchor, safe_link
from repletion.report.text import Page
from repletion.report.wording import say

Format = Literal["text", "html", "markdown", "json"]
Resolve = Callable[[str], str | None]
"""Where a span's ``to`` leads; ``None`` for nowhere."""

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


def _marked(span: Span) -> str:
    return span.text + (say("handbook.mark") if span.assumed else "")


def line_text(line: Line) -> str:
    """A line without links."""
    return "".join(_marked(span) for span in line)


def local_anchor(to: str) -> str:
    """The id of a place on a page."""
    kind, _, name = to.partition(":")
    return anchor(kind, name)


def on_page(document: Document) -> Resolve:
    """Links to places on the page itself and to the web; nothing else can be reached from a single file."""
    here = anchors_of(document)
    return lambda to: f"#{local_anchor(to)}" if to in here else safe_link(to)


# -- text ------------------------------------------------------------------------------------------------------


def _show(page: Page, block: Block) -> None:
    match block:
        case Paragraph(spans):
            page.line(line_text(spans))
        case Points(items):
            for item in items:
                page.point(line_text(item))
        case Grid(header, rows):
            page.table([(name, False) for name in header], [[line_text(cell) for cell in row] for row in rows])
        case Anchored(entries):
            for name, line in entries:
                page.point(line_text(line), mark=f"{name.partition(':')[2]}:")


def render_text(document: Document, *, color: bool = False, width: int | None = None) -> str:
    """The page as terminal text."""
    page = Page(color=color, width=width)
    page.line(document.title, style="bold")
    if document.subtitle:
        page.line(document.subtitle)
    for block in document.lead:
        _show(page, block)
    for section in document.sections:
        page.heading(section.title)
        for i, block in enumerate(section.blocks):
            if i and not (isinstance(block, Points) and isinstance(section.blocks[i - 1], Paragraph)):
                page.line()
            _show(page, block)
    return page.text()


# -- Markdown --------------------------------------------------------------------------------------------------


def escaped(text: str) -> str:
    """Text in which nothing is taken for Markdown."""
    found = _SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", text))
    return re.sub(r"^(\s*)([-+]|\d+\.)(?=\s)", r"\1\\\2", found)


def line_markdown(line: Line, resolve: Resolve) -> str:
    """A line with its links."""
    parts = []
    for span in line:
        words = escaped(_marked(span))
        if span.strong and words.strip():
            words = f"**{words}**"
        href = resolve(span.to) if span.to else None
        parts.append(f"[{words}]({href})" if href else words)
    return "".join(parts)


def _markdown(block: Block, resolve: Resolve) -> str:
    match block:
        case Paragraph(spans):
            return line_markdown(spans, resolve)
        case Points(items):
            return "\n".join(f"- {line_markdown(item, resolve)}" for item in items)
        case Anchored(entries):
            return "\n".join(
                f'- <a id="{local_anchor(name)}"></a>`{name.partition(":")[2]}` {line_markdown(line, resolve)}'
                for name, line in entries
            )
        case Grid(header, rows):
            lines = [f"| {' | '.join(map(escaped, header))} |", f"|{' --- |' * len(header)}"]
            lines += [f"| {' | '.join(line_markdown(cell, resolve) for cell in row)} |" for row in rows]
            return "\n".join(lines)


def render_markdown(document: Document, resolve: Resolve | None = None) -> str:
    """The page as Markdown.  ``resolve``: where links lead; by default only on the page and to the web."""
    find = resolve or on_page(document)
    parts = [f"# {escaped(document.title)}"]
    if document.subtitle:
        parts.append(f"*{escaped(document.subtitle)}*")
    parts += [_markdown(block, find) for block in document.lead]
    for section in document.sections:
        parts.append(f"## {escaped(section.title)}")
        parts += [_markdown(block, find) for block in section.blocks]
    return "\n\n".join(parts) + "\n"


# -- HTML ------------------------------------------------------------------------------------------------------


@cache
def templates(*folders: Path) -> Any:
    """Templates of these folders, of the handbook and of the report."""
    made = environment(*folders, Path(__file__).parent / "templates")
    values = {"local_anchor": local_anchor}
    return add(made, values=values, filters={"kind": lambda block: type(block).__name__})


def render_html(document: Document) -> str:
    """The page as one self-contained file: no script, no request to anywhere."""
    return draw(templates(), "document.html.j2", d=document, resolve=on_page(document))


def render(document: Document, form: Format, *, color: bool = False, width: int | None = None) -> str:
    """The page in one of the formats but ``json``, which is the page's data.  Raises :class:`ValueError`."""
    if form == "text":
        return render_text(document, color=color, width=width)
    if form == "markdown":
        return render_markdown(document)
    if form == "html":
        return render_html(document)
    raise ValueError(f"a page is not drawn as {form!r}")

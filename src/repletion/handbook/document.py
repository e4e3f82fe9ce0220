"""A page before it is text, Markdown or HTML: sections of paragraphs, lists and tables, made of marked spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec


class Span(msgspec.Struct, frozen=True):
    """A piece of text.

    ``to``: where it leads, as ``state:ID``, ``test:ID``, ``claim:ID``, ``source:ID`` or a web address.
    ``assumed``: rests on a working assumption, and is marked so in every format.
    """

    text: str
    to: str | None = None
    assumed: bool = False
    strong: bool = False


Line = tuple[Span, ...]


class Paragraph(msgspec.Struct, frozen=True):
    """One paragraph."""

    spans: Line


class Points(msgspec.Struct, frozen=True):
    """A list of items."""

    items: tuple[Line, ...]


class Grid(msgspec.Struct, frozen=True):
    """A table: ``header`` of plain words, ``rows`` of cells; the first column names the row."""

    header: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


class Anchored(msgspec.Struct, frozen=True):
    """A list whose items can be led to: (anchor as in :attr:`Span.to`, what is said there)."""

    items: tuple[tuple[str, Line], ...]


Block = Paragraph | Points | Grid | Anchored


class Section(msgspec.Struct, frozen=True):
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A whole page.  ``where``: what it is about, as in :attr:`Span.to`; empty for a page of its own kind."""

    title: str
    subtitle: str = ""
    where: str = ""
    lead: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


def plain(text: str, *, assumed: bool = False) -> Line:
    """Text as a line of one span."""
    return (Span(text, assumed=assumed),)


def said(text: str, *, assumed: bool = False) -> Paragraph:
    """Text as a paragraph."""
    return Paragraph(plain(text, assumed=assumed))


def joined(parts: Iterable[Line], by: str = ", ") -> Line:
    """Lines as one line."""
    found: list[Span] = []
    for part in parts:
        if found:
            found.append(Span(by))
        found += part
    return tuple(found)


def lines_of(document: Document) -> Iterator[Line]:
    """Every line of a page, in order."""
    for block in (*document.lead, *(b for section in document.sections for b in section.blocks)):
        match block:
            case Paragraph(spans):
                yield spans
            case Points(items):
                yield from items
            case Grid(_, rows):
                for row in rows:
                    yield from row
            case Anchored(entries):
                for _, line in entries:
                    yield line


def anchors_of(document: Document) -> set[str]:
    """Places on the page itself that a span can lead to."""
    blocks = [b for section in document.sections for b in section.blocks]
    return {name for block in blocks if isinstance(block, Anchored) for name, _ in block.items}

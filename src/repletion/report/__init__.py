"""The answer said to a reader: terminal text, JSON, or one self-contained HTML page.

``render(assessment, format="html", reader="clinician")``.  What is shown depends on the reader; what is known does
not: JSON always holds the whole :class:`~repletion.assessment.Assessment`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from repletion.report.readers import FORMATS, READERS, Format, Reader

if TYPE_CHECKING:
    from repletion.assessment.model import Assessment


def render(
    assessment: Assessment,
    *,
    format: Format = "text",
    reader: Reader = "patient",
    color: bool = False,
    width: int | None = None,
) -> str:
    """The answer as text, JSON or HTML, ending with a newline.

    ``reader``: *patient* in lay words as natural frequencies, *clinician* with weights, codes and claims,
    *research* with every state.  ``color``: terminal styles in text; nothing is ever said by color alone.
    ``width``: columns of text; by default as ``display.yaml`` says.
    Raises :class:`ValueError` for a format or reader that does not exist.
    """
    if format not in FORMATS:
        raise ValueError(f"no format {format!r}; there are {', '.join(FORMATS)}")
    if reader not in READERS:
        raise ValueError(f"no reader {reader!r}; there are {', '.join(READERS)}")
    if format == "json":
        from repletion.report.json import render_json

        return render_json(assessment)
    from repletion.report.view import view_of

    view = view_of(assessment, reader)
    if format == "html":
        from repletion.report.html import render_html

        return render_html(view)
    from repletion.report.text import render_text

    return render_text(view, color=color, width=width)


__all__ = ["FORMATS", "READERS", "Format", "Reader", "render"]

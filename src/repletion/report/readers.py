"""Whom an answer is said to, and in which form."""

from __future__ import annotations

from typing import Literal, get_args

Format = Literal["text", "json", "html"]
Reader = Literal["patient", "clinician", "research"]
FORMATS: tuple[Format, ...] = get_args(Format)
READERS: tuple[Reader, ...] = get_args(Reader)

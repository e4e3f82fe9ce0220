"""Barcodes of products: EAN-13, EAN-8, UPC-A, UPC-E and GTIN-14, told by their check digit.

All become one form, fourteen digits with zeros in front, so that a UPC-A and the EAN-13 of the same product are equal.
"""

from __future__ import annotations

import re

LENGTHS = (8, 12, 13, 14)
_IN_TEXT = re.compile(r"(?<![\d.,/-])(\d{8}|\d{12,14})(?![\d.,/-]*\d)")


def check_digit(body: str) -> int:
    """The digit that makes ``body`` a valid GTIN: weights 3 and 1 from the right (GS1 General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return -total % 10


def _widened(code: str) -> str | None:
    """A UPC-E of eight digits as the UPC-A that it stands for, or None when it is none."""
    if code[0] not in "01":
        return None
    system, a, b, c, d, e, last = code[0], *code[1:7]
    if last in "012":
        body = f"{system}{a}{b}{last}0000{c}{d}{e}"
    elif last == "3":
        body = f"{system}{a}{b}{c}00000{d}{e}"
    elif last == "4":
        body = f"{system}{a}{b}{c}{d}00000{e}"
    else:
        body = f"{system}{a}{b}{c}{d}{e}0000{last}"
    return body + code[7]


def barcode(text: str) -> str | None:
    """The fourteen digits of a barcode with a right check digit, else None.

    >>> barcode("4006381333931"), barcode("036000291452"), barcode("4006381333932")
    ('04006381333931', '00036000291452', None)
    """
    code = text.strip()
    if not (code.isascii() and code.isdigit()) or len(code) not in LENGTHS or not code.strip("0"):
        return None
    if check_digit(code[:-1]) == int(code[-1]):
        return code.zfill(14)
    if len(code) == 8 and (wide := _widened(code)) and check_digit(wide[:-1]) == int(wide[-1]):
        return wide.zfill(14)
    return None


def barcode_in(text: str) -> tuple[str, str] | None:
    """The first run of digits in a text that has a barcode's length, and the text without it; None when there is none.

    Its check digit may be wrong: that is for :func:`barcode` to say.
    """
    match = _IN_TEXT.search(text)
    if match is None:
        return None
    return match[1], f"{text[: match.start()]} {text[match.end() :]}".strip()

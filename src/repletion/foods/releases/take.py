"""Take a release into a person's own food table: which release it is is seen by what is in the file."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path

from repletion.foods.barcode import barcode
from repletion.foods.releases.food_data_central import from_json
from repletion.foods.releases.food_data_tables import from_tables
from repletion.foods.releases.model import OPEN_FOOD_FACTS, USDA, Product, Progress, ReleaseError, Source, Taken, Tell
from repletion.foods.releases.open_food_facts import from_lines, from_table
from repletion.foods.releases.stream import FAULTS, Broken, Stream, member, opened

EVERY = 500
"""Records between two words about progress."""
_FORMS = (
    "Read are: FoodData Central as JSON or as CSV tables in a zip, and Open Food Facts as "
    "openfoodfacts-products.jsonl.gz or en.openfoodfacts.org.products.csv.gz."
)
Read = Callable[[Taken, Callable[[float], None]], Iterator[Product]]


def take(
    path: Path,
    into: Path,
    *,
    only: Collection[str] = (),
    tell: Tell | None = None,
    today: dt.date | None = None,
) -> Taken:
    """Read a release and keep its products in the file ``into``, which is made when it is not there.

    ``only``: barcodes; other products are passed over.  ``tell`` hears about progress; an exception that it raises
    ends the import and leaves ``into`` as it was.
    Raises :class:`ReleaseError` when the file is no release, breaks off or cannot be written.
    """
    from repletion.foods.releases.writing import Writer

    wanted = _wanted(only)
    try:
        source, read = _recognized(path, into, wanted)
    except (OSError, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or error
        raise ReleaseError(f"{path} could not be read: {reason}.") from None
    report = Taken(path, into, source)

    def beat(share: float) -> None:
        if tell is not None:
            tell(Progress(min(share, 1.0), report.read, report.taken))

    try:
        with Writer(report, today or dt.date.today()) as writer:  # noqa: DTZ011 - the person's own calendar day
            for product in read(report, beat):
                writer.put(product)
    except Broken as error:
        raise ReleaseError(
            f"{path.name} breaks off or is damaged {error}. Nothing of it was kept; get the file again."
        ) from None
    return report


def _wanted(only: Collection[str]) -> Callable[[str], bool]:
    if not only:
        return lambda _code: True
    asked = set()
    for code in only:
        known = barcode(code)
        if known is None:
            raise ReleaseError(f"“{code[:30]}” is no barcode: it needs 8, 12, 13 or 14 digits and a right check digit.")
        asked.add(known)
    return lambda code: (barcode(code) or barcode(code.lstrip("0").zfill(12))) in asked


def _recognized(path: Path, into: Path, wanted: Callable[[str], bool]) -> tuple[Source, Read]:
    """What kind of release it is, and how it is read."""
    if path.is_dir() or zipfile.is_zipfile(path):
        names = [] if path.is_dir() else zipfile.ZipFile(path).namelist()
        if single := [name for name in names if name.lower().endswith(".json")]:
            return USDA, _streamed(lambda: member(path, single[0]), from_json, wanted)
        return USDA, lambda report, beat: from_tables(path, into, report, wanted, beat)
    with closing(opened(path)) as stream:
        try:
            start = stream.data.read(100_000)
        except FAULTS as error:
            raise ReleaseError(f"{path.name} breaks off or is damaged at its beginning ({error}).") from None
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    first = bare.split(b"\n", 1)[0]
    if not bare:
        raise ReleaseError(f"{path.name} is empty. {_FORMS}")
    if first.startswith(b"code\t") and b"_100g" in first:
        return OPEN_FOOD_FACTS, _streamed(lambda: opened(path), from_table, wanted)
    if bare.startswith(b"{") and any(f'"{key}"'.encode() in bare[:200] for key in _TOPS):
        return USDA, _streamed(lambda: opened(path), from_json, wanted)
    if first.startswith(b"{"):
        return OPEN_FOOD_FACTS, _streamed(lambda: opened(path), from_lines, wanted)
    raise ReleaseError(f"{path.name} is no release that is known here. {_FORMS}")


_TOPS = ("FoundationFoods", "SRLegacyFoods", "SurveyFoods", "BrandedFoods")


def _streamed(
    open_it: Callable[[], Stream],
    products: Callable[[Stream, Taken, Callable[[str], bool]], Iterator[Product]],
    wanted: Callable[[str], bool],
) -> Read:
    """Read a stream to its end, with a word about progress now and then, also where nothing is taken."""

    def read(report: Taken, beat: Callable[[float], None]) -> Iterator[Product]:
        stream = open_it()
        said = 0

        def asked(code: str) -> bool:
            nonlocal said
            if report.read - said >= EVERY:
                said = report.read
                beat(stream.share)
            return wanted(code)

        with closing(stream):
            beat(0.0)
            yield from products(stream, report, asked)
            beat(1.0)

    return read

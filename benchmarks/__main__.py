"""``python -m benchmarks [NAME ...] [--soak]``: speed and memory, side by side with peers in one run, as ratios.

Benchmarks never fail a test run; they print tables.  A peer that is not there is named with how to get it.
"""

from __future__ import annotations

import importlib
import sys

NAMES = ("speed", "inference", "interview", "foods", "plan", "api", "first_page")


def table(title: str, rows: list[dict[str, object]]) -> None:
    """Print rows as one aligned table."""
    print(f"\n## {title}")
    if not rows:
        print("(nothing to show)")
        return
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [
        [f"{row.get(c, ''):.3g}" if isinstance(row.get(c), float) else str(row.get(c, "")) for c in columns]
        for row in rows
    ]
    widths = [max(len(c), *(len(line[i]) for line in cells)) for i, c in enumerate(columns)]
    print("  ".join(c.ljust(w) for c, w in zip(columns, widths, strict=True)))
    for line in cells:
        print("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)))


def main() -> None:
    """Run the named benchmarks, or all."""
    for name in [word for word in sys.argv[1:] if not word.startswith("--")] or NAMES:
        module = importlib.import_module(f"benchmarks.bench_{name}")
        table((module.__doc__ or name).strip().splitlines()[0], module.run())


if __name__ == "__main__":
    main()

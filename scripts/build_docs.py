"""Write the pages of the site to build/docs and build them with MkDocs to build/site: ``make docs``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from repletion.cli import app
from repletion.cli.reference import commands_page
from repletion.handbook.site import write_site
from repletion.knowledge import load

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "build" / "docs"


def main() -> int:
    """Write, then build; any broken link fails."""
    shutil.rmtree(PAGES, ignore_errors=True)
    written = write_site(load(), ROOT, PAGES, commands=commands_page(app))
    print(f"{len(written)} pages in {PAGES.relative_to(ROOT)}")
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())

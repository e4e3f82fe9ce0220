"""``python -m repletion.cli``."""

from repletion.cli import main

main()

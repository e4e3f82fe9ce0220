"""``python -m repletion``."""

from repletion.cli import main

main()

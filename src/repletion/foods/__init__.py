"""Station of the line; see docs/architecture.md."""

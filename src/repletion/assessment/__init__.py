"""The seven stations in order, nothing else: ``assess(case) -> Assessment``."""

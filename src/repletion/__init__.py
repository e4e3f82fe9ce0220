"""Repletion."""

"""Calibration on people of a survey: probabilities before any laboratory value, against the values that were measured.

Nothing is fitted to the survey's people except the logistic regression that stands beside as a benchmark.
"""

"""Scores and timings: the programs behind every number that Lector states."""

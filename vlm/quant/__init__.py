"""Quantised members of the family: the same model with some modules exchanged."""

"""Charts read back, measured on generated ones, where every value is known."""

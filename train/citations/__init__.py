"""Citations measured on generated pages, where the place of every value is known."""

"""Charts read back to numbers, without a model: from a page's words and pixels."""

"""One door, several engines: a backend is one generator, messages in, deltas out."""

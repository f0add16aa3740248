"""Messages in, deltas out: model, weights, engine and the backends behind one door."""

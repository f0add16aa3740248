"""Messages in, deltas out: model, weights, engine and the backends behind one door."""

import os

os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # read when the hub's client is imported, which is later

"""Bytes in, pages out: pictures and words of a document. No torch, no prompts."""

import os

# onnxruntime's wheel tells its maker what it runs, unless this is set before it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

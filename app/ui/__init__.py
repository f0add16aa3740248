"""The page: `python app.py [--port 7860]`. The only home of gradio.

Gradio reads its environment when it is imported, so what keeps it quiet is set before that.
"""

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

from app.ui.cli import main

__all__ = ["main"]

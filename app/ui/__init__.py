"""The page: `python app.py [--port 7860]`. The only home of gradio.

Gradio reads its environment when it is imported, so what keeps it quiet is set before that.
"""

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from app.ui.cli import main

__all__ = ["main"]

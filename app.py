"""The page: `python app.py`. It runs, it is never imported; everything lies in `app/ui`."""

import sys

from app.ui import main

if __name__ == "__main__":
    sys.exit(main())

"""What the page looks like, and what it does in the browser: theme, style sheets, script."""

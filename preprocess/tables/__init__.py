"""Tables found by words and their boxes alone, with or without rules, on text layers and scans."""

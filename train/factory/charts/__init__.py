"""Charts of many kinds and looks, with the table they show."""

"""Plain values to HTML and chat messages. Everything that comes from a document or a model is escaped here."""

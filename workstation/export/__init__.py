"""A signed report or the log -> what other programs and people read: text, PDF, CSV, JSON lines."""

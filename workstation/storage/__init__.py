"""The only home of SQLite: studies, working texts, the append-only log and the inbox folder."""

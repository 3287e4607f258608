"""The verbs of the two users, without Qt: take in, read, decide, sign, deliver."""

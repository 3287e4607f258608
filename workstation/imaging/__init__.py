"""Stored values become light, or the one picture a model sees. Pixels and numbers only."""

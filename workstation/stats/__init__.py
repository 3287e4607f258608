"""Counts -> numbers with their intervals, thin over scipy; knows no film, no text, no file."""

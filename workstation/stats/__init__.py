"""Counts -> numbers with their intervals, thin over statsmodels and scipy; knows no film, no text, no file."""

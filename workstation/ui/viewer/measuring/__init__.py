"""Measuring and drawing on a film by hand: tools, what is in hand, what is painted, the study's drawings and undo."""

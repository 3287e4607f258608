"""Numbers -> plots (PNG, SVG); the only home of matplotlib; knows no film and no file but the one it writes."""

"""Questions on the film, beside the report and never part of it."""

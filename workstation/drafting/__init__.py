"""Instance -> Draft, in another process that may be killed at any moment."""

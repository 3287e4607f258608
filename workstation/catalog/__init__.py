"""Which models exist, what they may be used for, and whether their bytes are theirs. Standard library alone."""

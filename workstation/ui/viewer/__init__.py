"""The film and everything around it: painting, windowing, moving, corners, decoding in the background."""

"""How this machine's monitors show grey: what is known of each, and the window in which it is checked."""

"""How the bundled model is made, from films and labels to a shipped folder; only a command may call it."""

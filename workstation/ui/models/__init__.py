"""The models of this machine as a window: what is there, on which terms, whether it fits, what can be done with it."""

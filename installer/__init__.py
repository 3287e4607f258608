"""Sets the program up on a fresh machine and runs it or its checks; standard library only, nothing of the program."""

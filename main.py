"""The one door: without a word the window opens, with a word that command runs."""

from __future__ import annotations

import sys


def main(argv: list[str]) -> int:
    """Returns the exit code; whatever goes wrong becomes two lines, never a traceback."""
    from workstation import command
    from workstation.command import crash

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return command.main(argv) if command.has_word(argv) else command.window(argv)
    except KeyboardInterrupt:
        return crash.stopped(argv)
    except BrokenPipeError:
        return crash.closed_pipe()
    except Exception as error:
        return crash.tell(argv, error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""One command from a fresh machine to the window (`run`) or to all checks (`test`); it may be stopped at any point.

    python3 installer/bootstrap.py run [arguments of main.py]     no argument: the window on the sample studies
    python3 installer/bootstrap.py test [arguments of pytest]
    python3 installer/bootstrap.py set-up                         the same installation and nothing else
    python3 installer/bootstrap.py desktop [remove]               films open with it by "Open with" (Linux)

Standard library only. This file keeps to the syntax of Python 3.8, so that an old Python is told so in a sentence.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NEEDED = (3, 11)


def main(arguments):
    # type: (list[str]) -> int
    """Exit status: 0 done, 1 refused or failed with one sentence and its remedy, 2 wrong usage."""
    if sys.version_info < NEEDED:
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.stderr.write("This is Python " + found + ", but the program needs Python 3.11 or newer.\n")
        sys.stderr.write(
            "Install it (Debian, Ubuntu: apt-get install python3.11; else python.org) and call it by name.\n"
        )
        return 1
    sys.path.insert(0, ROOT)
    from installer.words import act

    return act(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

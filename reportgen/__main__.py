"""Lets ``python -m reportgen`` do what the ``reportgen`` command does."""

import sys

from reportgen.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

"""Lets ``python -m reportgen`` do what the ``reportgen`` command does."""

from reportgen.cli.main import command

if __name__ == "__main__":
    command()

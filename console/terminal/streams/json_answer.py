"""How an answer in JSON is written: indented, with the number of its format among its first words."""

from typing import TextIO

FORMAT = 1
"""Changes when a field of an answer does."""


def write_json(values: object, out: TextIO) -> None:
    """Write values as indented JSON."""
    import msgspec  # here: the table of subcommands is read before any answer, and waits for nothing

    out.write(msgspec.json.format(msgspec.json.encode(values), indent=2).decode() + "\n")

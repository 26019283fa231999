"""How an answer in JSON is written: indented, with the number of its format among its first words."""

from typing import TextIO

import msgspec

FORMAT = 1
"""Changes when a field of an answer does."""


def write_json(values: object, out: TextIO) -> None:
    """Write values as indented JSON."""
    out.write(msgspec.json.format(msgspec.json.encode(values), indent=2).decode() + "\n")

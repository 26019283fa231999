"""Keyboards as data: which digits lie beside which, and which digit shares its key with the percent sign.

Other keys beside a digit make no command of one, so they are left out.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise


@dataclass(frozen=True)
class KeyboardLayout:
    """Where the digits are.

    *rows* are the keys as they lie, one character a column; a wide key is written once for each column it takes.
    *percent_on* is the digit whose key gives % when Shift is held, empty where no digit's does.
    """

    name: str
    title: str
    rows: tuple[str, ...]
    percent_on: str = ""

    @cached_property
    def beside(self) -> dict[str, str]:
        """The digits that touch each digit's key by a side, in ascending order."""
        found: dict[str, set[str]] = {}
        across = [pair for row in self.rows for pair in pairwise(row)]
        down = [pair for row, below in pairwise(self.rows) for pair in zip(row, below, strict=False)]
        for one, other in (*across, *down):
            if one != other:
                found.setdefault(one, set()).add(other)
                found.setdefault(other, set()).add(one)
        return {key: "".join(sorted(others)) for key, others in sorted(found.items())}


_DIGIT_ROW = ("1234567890",)

QWERTY = KeyboardLayout("qwerty", "QWERTY", _DIGIT_ROW, percent_on="5")
QWERTZ = KeyboardLayout("qwertz", "QWERTZ", _DIGIT_ROW, percent_on="5")
# The digits of AZERTY need Shift; without it their keys give marks and accented letters, which no number has.
AZERTY = KeyboardLayout("azerty", "AZERTY", _DIGIT_ROW)
NUMBER_PAD = KeyboardLayout("number-pad", "number pad", ("789", "456", "123", "00"))

LAYOUTS: dict[str, KeyboardLayout] = {layout.name: layout for layout in (QWERTY, QWERTZ, AZERTY, NUMBER_PAD)}
"""Every layout by its name."""

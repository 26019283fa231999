"""What the line beneath the command says: the first of an answer to a key, an error, a sentence, and a hint."""

from collections.abc import Callable

from console.kit.painting import Tone
from console.panels.command_line.below import Remark
from console.panels.command_line.colours import Severity, Span
from console.words import writing as words
from topology.command.grammar.reading import Reading

HINTS = "↑ history   Tab complete   F1 help"
FIELD_MARGIN = 2
"""Pixels that a line edit keeps free at its left, where the line beneath has none."""
Sentence = tuple[str, Severity, Span | None, str]
"""A text, how grave it is, the stretch of the command that it is about, and the text in fewer words, if any."""
_TONES: dict[Severity, Tone] = {"note": "text_soft", "caution": "caution", "block": "alarm"}


def remark_of(
    reading: Reading | None,
    answer: tuple[str, Severity],
    sentence: Sentence,
    x_of: Callable[[int], int],
    keys_at: str = "",
) -> Remark:
    """Choose what to say; *x_of* gives the pixel at which a character of the command starts.

    *keys_at* names the panel that has the keys and does something of its own with letters.
    """
    if answer[0]:
        return Remark(answer[0], _TONES[answer[1]])
    text, severity, span, brief = sentence
    if reading is not None and reading.error is not None:
        error = reading.error
        offer = error.suggestion or ""
        did_you_mean = f"did you mean {difference(reading.text, offer)}?" if offer else ""
        return Remark(error.message, "alarm", x_of(error.start) - FIELD_MARGIN, offer, did_you_mean)
    if text:
        return Remark(text, _TONES[severity], x_of(span[0]) - FIELD_MARGIN if span is not None else 0, brief=brief)
    if keys_at:
        return Remark(f"{keys_at} has the keys (Ctrl+F1 lists them); Ctrl+L types a command", "plan")
    if reading is None or not reading.text:
        return Remark(HINTS)
    if reading.notes:
        return Remark(reading.notes[0], "text_soft")
    if reading.incomplete and reading.expected:
        return Remark(f"next: {_either(reading.expected)}")
    return Remark("")


def unfinished(reading: Reading) -> str:
    """Say that a command is not finished, and what comes next, or what is known to be wrong with it."""
    if reading.notes:
        return f"{reading.notes[0][:1].upper()}{reading.notes[0][1:]}."
    return (
        f"The command is not finished: next comes {_either(reading.expected)}."
        if reading.expected
        else "The command is not finished."
    )


def difference(before: str, after: str) -> str:
    """Give the words in which *after* differs from *before*; all of it where that is not plain."""
    old, new = before.split(), after.split()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return " ".join(new[start : len(new) - end]) or after


def _either(expected: tuple[str, ...]) -> str:
    return words.listed(expected, 5, last="or")

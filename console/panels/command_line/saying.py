"""What the line has to say: colours by meaning in the text, and one remark beneath it."""

from PySide6.QtCore import QObject

from console.kit.theme import Theme
from console.panels.command_line.below import CompletionFooter
from console.panels.command_line.colours import Severity, Span, formats_of
from console.panels.command_line.editor import Editor
from console.panels.command_line.remarks import Sentence, remark_of
from topology.command.grammar.reading import Reading

NOTHING: Sentence = ("", "note", None, "")


class LineSaying(QObject):
    """Keeps what was read, said and answered, and shows the first that counts."""

    def __init__(self, editor: Editor, below: CompletionFooter, theme: Theme) -> None:
        super().__init__(editor)
        self.reading: Reading | None = None
        self._editor, self._below, self._theme = editor, below, theme
        self._sentence = NOTHING
        self._answer: tuple[str, Severity] = ("", "note")
        """What the line itself has to say to the last key; it goes with the next change of the text."""
        self._keys_at = ""

    def show_reading(self, reading: Reading) -> None:
        """Show what the text says: colours by meaning, and its error under its word."""
        if reading.text != self._editor.text():
            return
        self.reading = reading
        if reading.command is None:
            self._sentence = NOTHING
        self.colour()
        self.say()

    def show_sentence(self, text: str, severity: Severity = "note", span: Span | None = None, brief: str = "") -> None:
        """Say something beneath the line, under the stretch *span*, which is underlined when *severity* is `block`.

        Where it has no room, *brief* is said.

        It stays until the text is no command any more, or another sentence (perhaps empty) takes its place.
        """
        if (text, severity, span, brief) == self._sentence:
            return
        self._sentence = (text, severity, span, brief)
        self.colour()
        self.say()

    def reply(self, sentence: str, severity: Severity = "note") -> None:
        """Answer the operator beneath the line, until the text changes; it comes before every other sentence."""
        self._answer = (sentence, severity)
        self.say()

    def show_keys_at(self, panel: str) -> None:
        """Say which panel has the keys, where it does something of its own with letters; empty where none does."""
        if panel != self._keys_at:
            self._keys_at = panel
            self.say()

    def forget_answer(self, text: str) -> None:
        """The text changed: what was answered to the one before is over; of an empty one there is nothing to say."""
        self._answer = ("", "note")
        if not text:
            self._sentence, self.reading = NOTHING, None
            self.say()

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.colour()

    def colour(self) -> None:
        """Colour the text by what it means, where that is known."""
        reading = self.reading
        if reading is None or reading.text != self._editor.text():
            self._editor.show_formats([])
            return
        _, severity, span, _ = self._sentence
        self._editor.show_formats(formats_of(reading, self._theme, span if severity == "block" else None))

    def say(self) -> None:
        """Show the remark that counts, for eyes and for a screen reader."""
        remark = remark_of(self.reading, self._answer, self._sentence, self._editor.x_of, self._keys_at)
        self._below.show_remark(remark)
        if self._editor.accessibleDescription() != remark.text:
            self._editor.setAccessibleDescription(remark.text)

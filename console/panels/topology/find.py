"""Finding a node by what one types: the field, which nodes match, best first, and which of them one is at."""

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from console.kit.overrides import reported
from topology.region.region import Subsystem

PLACEHOLDER = "name, title, service or finding"


def matches(
    subsystems: Iterable[Subsystem], text: str, codes: Mapping[str, Collection[str]] | None = None
) -> tuple[str, ...]:
    """Give the names of those whose name, title or service holds *text*: whole names first, then beginnings, then the rest.

    Last come those with a finding whose code begins with it, as *codes* gives them for each name.
    """
    wanted = text.strip().casefold()
    if not wanted:
        return ()
    found: list[tuple[int, str]] = []
    for subsystem in subsystems:
        names = (subsystem.name, subsystem.label.casefold())
        if wanted in names:
            found.append((0, subsystem.name))
        elif any(name.startswith(wanted) for name in names):
            found.append((1, subsystem.name))
        elif any(wanted in name for name in names):
            found.append((2, subsystem.name))
        elif wanted in (subsystem.service or "").casefold():
            found.append((3, subsystem.name))
        elif codes and any(code.startswith(wanted) for code in codes.get(subsystem.name, ())):
            found.append((4, subsystem.name))
    return tuple(name for _, name in sorted(found, key=lambda pair: pair[0]))


class FindField(QLineEdit):
    """A line that reports what is typed (`textEdited`), steps among what was found, and says when it is done."""

    stepped = Signal(int)
    accepted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText(PLACEHOLDER)
        self.setAccessibleName("Find a subsystem")
        self.setMaxLength(200)
        self.hide()

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter, Up, Down; Escape closes, and goes on to the window, where it may be half of a stop."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            event.ignore()
        else:
            super().keyPressEvent(event)


class Finder(QObject):
    """What is found, and which of it one is at. `moved` names a node to bring into view, `chosen` the one that Enter took."""

    moved = Signal(str)
    chosen = Signal(str)
    changed = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.subsystems: tuple[Subsystem, ...] = ()
        self.codes: Mapping[str, Collection[str]] = {}
        self._said = ""
        self.found: tuple[str, ...] = ()
        self._at = 0
        self.field = FindField(parent)
        self.field.textEdited.connect(self.search)
        self.field.stepped.connect(self._step)
        self.field.accepted.connect(self._accept)
        self.field.closed.connect(self.close)

    @property
    def current(self) -> str | None:
        """The node one is at."""
        return self.found[self._at] if self.found else None

    @property
    def is_open(self) -> bool:
        """Whether the field is on the screen."""
        return self.field.isVisible()

    def offer(self, subsystems: tuple[Subsystem, ...]) -> None:
        """Let these be found, and nothing else; what was found in another description is forgotten."""
        if self.subsystems is not subsystems:
            self.subsystems = subsystems
            self.search("")

    def summary(self) -> str:
        """Say how much was found."""
        if self._said:
            return self._said
        if not self.field.text().strip():
            return "find by name, title, service or code of a finding"
        return f"{self._at + 1} of {len(self.found)} found" if self.found else "nothing found"

    def open(self, place: QRect, question: str = PLACEHOLDER) -> None:
        """Show the field and give it the keys; *question* says what it asks for."""
        self.field.setPlaceholderText(question)
        if question != PLACEHOLDER:
            self.field.clear()
        self.field.setGeometry(place)
        self.field.show()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search(self.field.text())

    def say(self, sentence: str) -> None:
        """Stay open, and say why what was chosen led nowhere."""
        self.field.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._said = sentence
        self.field.setAccessibleDescription(sentence)
        self.changed.emit()

    def close(self) -> None:
        """Hide the field and forget what was found."""
        self.field.hide()
        self.search("")
        self.closed.emit()

    def search(self, text: str) -> None:
        """Find *text*, and go to the best match."""
        self.found, self._at, self._said = matches(self.subsystems, text, self.codes), 0, ""
        self.field.setAccessibleDescription(self.summary())
        self._show()

    def _step(self, by: int) -> None:
        if self.found:
            self._at = (self._at + by) % len(self.found)
            self._show()

    def _accept(self) -> None:
        name = self.current
        if name is not None or not self.field.text().strip():
            self.close()
        if name is not None:
            self.chosen.emit(name)

    def _show(self) -> None:
        if self.current is not None:
            self.moved.emit(self.current)
        self.changed.emit()

"""Finding a node by what one types: the field, which nodes match, best first, and which of them one is at."""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from console.kit.overrides import reported
from topology.region.region import Subsystem

PLACEHOLDER = "name, title, service or finding"


Findable = tuple[str, str, str]
"""Name, title and service of a subsystem, as they are searched."""


def findable(subsystems: Iterable[Subsystem]) -> tuple[Findable, ...]:
    """Write what is searched for once: of many thousands that would be most of what a key costs."""
    return tuple((one.name, one.label.casefold(), (one.service or "").casefold()) for one in subsystems)


def matches(
    among: Iterable[Findable], text: str, codes: Mapping[str, Collection[str]] | None = None
) -> tuple[str, ...]:
    """Give the names of those whose name, title or service holds *text*: whole names first, then beginnings, then the rest.

    Last come those with a finding whose code begins with it, as *codes* gives them for each name.
    """
    wanted = text.strip().casefold()
    if not wanted:
        return ()
    found: tuple[list[str], ...] = ([], [], [], [], [])
    for name, label, service in among:
        if wanted in name or wanted in label:
            is_whole = wanted in (name, label)
            found[0 if is_whole else 1 if name.startswith(wanted) or label.startswith(wanted) else 2].append(name)
        elif wanted in service:
            found[3].append(name)
        elif codes and any(code.startswith(wanted) for code in codes.get(name, ())):
            found[4].append(name)
    return tuple(chain.from_iterable(found))


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
        self._among: tuple[Findable, ...] = ()
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
            self.subsystems, self._among = subsystems, findable(subsystems)
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
        self.found, self._at, self._said = matches(self._among, text, self.codes), 0, ""
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

"""The preferences: every choice that is kept, in one place; each counts at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from console.kit.host.system_look import THEME_CHOICES
from console.kit.painting import plain_tip
from console.window.settings import KEYBOARDS, SCALES, Settings
from topology.command.slips.keyboards import LAYOUTS

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Preference:
    """One choice: *field* of the settings, its name, and its values with their texts; none for one that is on or off."""

    field: str
    title: str
    help: str
    values: Choices = ()


PREFERENCES = (
    Preference("theme", "Theme", "Night, day or high contrast, or what the desktop has", tuple(THEME_CHOICES.items())),
    Preference(
        "scale", "Scale", "Also Ctrl+plus and Ctrl+minus", tuple((str(scale), f"{scale} %") for scale in SCALES)
    ),
    Preference(
        "keyboard",
        "Slips on a keyboard",
        "On which keyboard slips are looked for",
        tuple((name, LAYOUTS[name].title) for name in KEYBOARDS),
    ),
    Preference("reduced_motion", "Reduced motion", "Draw no motion at all"),
    Preference(
        "notifies", "Notifications of the desktop", "When an execution ends, the source is silent, an alarm is new"
    ),
    Preference("shows_preview", "Show others what you preview", "Other operators of the region see it"),
)


class PreferencesDialog(QDialog):
    """Shows the choices as they are, and hands on each that is changed."""

    def __init__(self, parent: QWidget, now: Settings, take: Callable[[str, str], None]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences · Underkeel")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fields: dict[str, QComboBox | QCheckBox] = {}
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(10)
        for one in PREFERENCES:
            made = _field(one, now, take)
            made.setAccessibleName(one.title)
            made.setAccessibleDescription(one.help)
            made.setToolTip(plain_tip(one.help))
            self.fields[one.field] = made
            form.addRow(*(_labelled(one, made) if one.values else (QLabel(""), made)))
        buttons = QDialogButtonBox()
        close = buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 18, 20, 14)
        whole.setSpacing(16)
        whole.addLayout(form)
        whole.addWidget(buttons)


def _labelled(one: Preference, field: QWidget) -> tuple[QLabel, QWidget]:
    label = QLabel(one.title)
    label.setBuddy(field)
    return label, field


def _field(one: Preference, now: Settings, take: Callable[[str, str], None]) -> QComboBox | QCheckBox:
    value = getattr(now, one.field)
    if not one.values:
        box = QCheckBox(one.title)
        box.setChecked(bool(value))
        box.toggled.connect(lambda on, field=one.field: take(field, "yes" if on else ""))
        return box
    combo = QComboBox()
    _fill(combo, one.values, str(value))
    combo.activated.connect(partial(_chosen, combo, one.field, take))
    return combo


def _fill(combo: QComboBox, values: Iterable[tuple[str, str]], current: str) -> None:
    for value, text in values:
        combo.addItem(text, value)
    combo.setCurrentIndex(max(0, combo.findData(current)))


def _chosen(combo: QComboBox, field: str, take: Callable[[str, str], None], _number: int) -> None:
    take(field, str(combo.currentData()))

"""What the desktop asks for: light or dark, and more contrast where somebody needs it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from console.kit.theme import THEMES

SYSTEM = "system"
"""The choice that follows the desktop."""
THEME_CHOICES = {
    SYSTEM: "As the desktop",
    "night": "Night",
    "day": "Day",
    "contrast": "High contrast",
}
"""What a theme may be set to, with its name for people."""


def theme_of(choice: str) -> str:
    """Give the name of the theme that *choice* means now; where the desktop says nothing it is the night."""
    if choice in THEMES:
        return choice
    hints = QGuiApplication.styleHints()
    if hints is None:
        return THEMES[0]
    if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
        return "contrast"
    return "day" if hints.colorScheme() is Qt.ColorScheme.Light else "night"

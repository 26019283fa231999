"""What the desktop asks for: light or dark, more contrast and larger text where somebody needs them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication

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


USUAL_POINTS = 11.0
"""Desktops that nobody changed write their menus in 9 to 11 points."""
OWN_POINTS = 10.0
"""What the console's own texts have at 100 %."""


def scale_for(points: float, scales: Sequence[int]) -> int:
    """Give the scale at which texts are as large as the desktop's, which have so many *points*; 100 % where that is usual."""
    if points <= USUAL_POINTS:
        return 100
    return max((one for one in scales if one <= 100 * points / OWN_POINTS), default=100)


def scale_of_desktop(scales: Sequence[int]) -> int:
    """Give the scale that the desktop's own text size asks for."""
    return scale_for(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).pointSizeF(), scales)


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

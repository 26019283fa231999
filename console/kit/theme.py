"""Colours by meaning, and the console's typeface. Widgets ask for `theme.alarm`, never for a number."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

import resources

THEMES = ("night", "day", "contrast")
FAMILY = "B612"
MONO = "B612 Mono"


@dataclass(frozen=True, slots=True)
class Theme:
    """One look: every colour by what it means. See `resources/themes/` for what each stands for."""

    name: str
    ground: QColor
    panel: QColor
    raised: QColor
    track: QColor
    border: QColor
    border_strong: QColor
    text: QColor
    text_soft: QColor
    text_faint: QColor
    water: QColor
    floor: QColor
    edge: QColor
    edge_soft: QColor
    edge_impact: QColor
    alarm: QColor
    alarm_ground: QColor
    on_alarm: QColor
    caution: QColor
    caution_ground: QColor
    plan: QColor
    plan_ground: QColor
    on_plan: QColor
    focus: QColor
    selection: QColor
    live: QColor
    simulation: QColor
    replay: QColor
    training: QColor
    disconnected: QColor
    on_badge: QColor
    stale: QColor
    server: QColor
    failed: QColor
    planned: QColor
    quiet: QColor
    lit: QColor
    group_1: QColor
    group_2: QColor
    group_3: QColor
    group_4: QColor
    group_5: QColor
    group_6: QColor
    several: QColor
    joining: QColor
    removed: QColor
    draining: QColor
    shared: QColor

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on dark ground."""
        return self.ground.lightness() < 128


def load_theme(name: str) -> Theme:
    """Read a theme by name, one of `THEMES`.

    Raises:
        ValueError: there is no such theme, or it lacks a colour.
    """
    if name not in THEMES:
        raise ValueError(f"there is no theme {name!r}; themes are {', '.join(THEMES)}")
    colours = tomllib.loads(resources.text(f"themes/{name}.toml"))
    wanted = {field.name for field in fields(Theme)} - {"name"}
    if set(colours) != wanted:
        raise ValueError(f"theme {name} has wrong or missing colours: {', '.join(sorted(set(colours) ^ wanted))}")
    return Theme(name, **{meaning: QColor(str(colour)) for meaning, colour in colours.items()})


def load_fonts() -> None:
    """Make the bundled typeface known to Qt. Call once, after the application object exists.

    Raises:
        OSError: a font file is missing or broken.
    """
    folder = Path(resources.path("fonts"))
    for file in sorted(folder.glob("*.otf")):
        if QFontDatabase.addApplicationFont(str(file)) < 0:
            raise OSError(f"the font {file.name} could not be loaded; install the console again")


def ui_font(size: float, bold: bool = False) -> QFont:
    """Give the text typeface, *size* in points at 100 % scale."""
    font = QFont(FAMILY)
    font.setPointSizeF(size)
    font.setBold(bold)
    return font


def mono_font(size: float, bold: bool = False) -> QFont:
    """Give the typeface for command text, digits in columns and names of servers."""
    font = QFont(MONO)
    font.setPointSizeF(size)
    font.setBold(bold)
    return font


def palette_of(theme: Theme) -> QPalette:
    """Give Qt's palette for a theme, so that standard widgets follow it."""
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, theme.panel),
        (QPalette.ColorRole.WindowText, theme.text),
        (QPalette.ColorRole.Base, theme.raised),
        (QPalette.ColorRole.AlternateBase, theme.panel),
        (QPalette.ColorRole.Text, theme.text),
        (QPalette.ColorRole.PlaceholderText, theme.text_faint),
        (QPalette.ColorRole.Button, theme.raised),
        (QPalette.ColorRole.ButtonText, theme.text),
        (QPalette.ColorRole.BrightText, theme.alarm),
        (QPalette.ColorRole.Highlight, theme.selection),
        (QPalette.ColorRole.HighlightedText, theme.text),
        (QPalette.ColorRole.ToolTipBase, theme.raised),
        (QPalette.ColorRole.ToolTipText, theme.text),
        (QPalette.ColorRole.Link, theme.plan),
        (QPalette.ColorRole.Mid, theme.border),
        (QPalette.ColorRole.Dark, theme.border),
        (QPalette.ColorRole.Light, theme.border_strong),
    ):
        palette.setColor(role, colour)
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.text_faint)
    return palette


def reader_style(theme: Theme, family: str) -> str:
    """Give the style sheet of a box of text that is read and copied, not written."""
    return (
        f'QPlainTextEdit {{ font-family: "{family}"; font-size: 9pt; color: {theme.text.name()};'
        f" background: {theme.raised.name()}; border: 1px solid {theme.border.name()}; border-radius: 4px; }}"
        f"QPlainTextEdit:focus {{ border: 2px solid {theme.focus.name()}; }}"
    )

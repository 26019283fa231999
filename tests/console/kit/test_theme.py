"""Colours by meaning: all there in every theme, and legible where they are used."""

from dataclasses import fields

import pytest
from PySide6.QtGui import QColor, QFontMetricsF
from pytestqt.qtbot import QtBot

import resources
from console.kit.theme import FAMILY, MONO, THEMES, Theme, load_fonts, load_theme, mono_font, ui_font

GROUNDS = ("ground", "panel", "raised")
TEXTS = [
    *((text, ground) for text in ("text", "text_soft", "text_faint") for ground in (*GROUNDS, "track")),
    *((text, ground) for text in ("alarm", "caution", "plan", "stale") for ground in GROUNDS),
    ("alarm", "alarm_ground"), ("text", "alarm_ground"), ("text_soft", "alarm_ground"),
    ("caution", "caution_ground"), ("text", "caution_ground"), ("text_soft", "caution_ground"),
    ("plan", "plan_ground"), ("text", "plan_ground"), ("text_soft", "plan_ground"),
    ("on_alarm", "alarm"), ("on_plan", "plan"),
    *((text, "selection") for text in ("text", "text_soft", "text_faint", "alarm", "caution", "plan")),
    *(("on_badge", badge) for badge in ("live", "simulation", "replay", "training", "disconnected")),
]  # fmt: skip
FLEET_MARKS = ("joining", "removed", "draining", "failed", "planned", "shared")
"""What the fleet map shows of servers that are not simply in service."""
MARKS = [
    *((mark, ground) for mark in ("edge", "edge_soft", "edge_impact", "border_strong") for ground in ("ground",)),
    *((mark, "track") for mark in ("water", "stale", "alarm", "plan", "floor")),
    *((mark, ground) for mark in ("focus", "alarm", "caution", "plan", "floor") for ground in GROUNDS),
    ("floor", "water"), ("plan", "plan_ground"),
    *((mark, "panel") for mark in ("water", "server", "lit", "several")),
    *((mark, ground) for mark in FLEET_MARKS for ground in ("panel", "server")),
    *((f"group_{number}", "panel") for number in range(1, 7)),
    *((badge, "panel") for badge in ("live", "simulation", "replay", "training", "disconnected")),
]  # fmt: skip


def luminance(colour: QColor) -> float:
    """Relative luminance. Source: WCAG 2.2."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def saturation(colour: QColor) -> int:
    return max(colour.red(), colour.green(), colour.blue()) - min(colour.red(), colour.green(), colour.blue())


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    return load_theme(str(request.param))


@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_that_text_has_a_contrast_of_four_and_a_half(theme: Theme, text: str, ground: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_that_marks_have_a_contrast_of_three(theme: Theme, mark: str, ground: str) -> None:
    assert contrast(getattr(theme, mark), getattr(theme, ground)) >= 3.0


def test_that_contrast_is_measured_as_its_source_says() -> None:
    assert contrast(QColor("#000"), QColor("#fff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


def test_that_every_meaning_has_a_valid_opaque_colour(theme: Theme) -> None:
    for field in fields(Theme):
        if field.name != "name":
            colour = getattr(theme, field.name)
            assert colour.isValid(), field.name
            assert colour.alpha() == 255, field.name


def test_that_what_is_normal_is_grey_and_what_is_not_is_not(theme: Theme) -> None:
    normal = (
        *GROUNDS,
        "track",
        "border",
        "border_strong",
        "text",
        "text_soft",
        "text_faint",
        "water",
        "edge",
        "stale",
        "server",
    )
    normal = (*normal, "quiet", "lit", "several", *(f"group_{number}" for number in range(1, 7)))
    assert all(saturation(getattr(theme, meaning)) < 60 for meaning in normal)
    assert all(saturation(getattr(theme, meaning)) > 80 for meaning in ("alarm", "caution", "plan"))
    # Light enough, or dark enough, to keep 3:1 on the grey of servers: less of a colour is left there.
    assert all(saturation(getattr(theme, meaning)) > 65 for meaning in FLEET_MARKS)


def test_that_alarm_and_caution_differ_in_grey_from_the_water(theme: Theme) -> None:
    for meaning in ("alarm", "caution"):
        assert contrast(getattr(theme, meaning), theme.water) >= 1.2


def test_that_there_is_a_dark_theme_a_light_one_and_one_of_high_contrast() -> None:
    assert [(name, load_theme(name).is_dark) for name in THEMES] == [
        ("night", True),
        ("day", False),
        ("contrast", True),
    ]


@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_that_text_of_the_high_contrast_theme_has_seven(text: str, ground: str) -> None:
    theme = load_theme("contrast")
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 7.0


@pytest.mark.parametrize("mark", ["border", "border_strong", "edge", "edge_soft", "edge_impact", "water", "focus"])
def test_that_lines_of_the_high_contrast_theme_have_four_and_a_half(mark: str) -> None:
    theme = load_theme("contrast")
    assert contrast(getattr(theme, mark), theme.panel) >= 4.5


def test_that_an_unknown_theme_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="no theme 'dusk'; themes are night, day, contrast"):
        load_theme("dusk")


def test_that_a_theme_without_a_colour_is_refused_and_the_colour_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = resources.text("themes/day.toml").splitlines()
    short = "\n".join(line for line in lines if not line.startswith("caution ="))
    monkeypatch.setattr("resources.text", lambda name: short)
    with pytest.raises(ValueError, match=r"missing colours: caution$"):
        load_theme("day")


def test_that_the_bundled_typeface_is_used_with_digits_of_one_width(qtbot: QtBot) -> None:
    load_fonts()
    for font, family in ((ui_font(10), FAMILY), (mono_font(10), MONO)):
        assert font.family() == family
        metrics = QFontMetricsF(font)
        assert len({metrics.horizontalAdvance(digit * 10) for digit in "0123456789"}) == 1
    for character in "→·−▼◆…×":
        assert QFontMetricsF(ui_font(10)).horizontalAdvance(character) > 0

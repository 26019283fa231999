"""Two lines on a card that has hardly room for them: no letter of the name lies in a figure of the number."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from console.kit.theme import load_fonts, load_theme
from console.panels.topology.cards.readings import NodeReading
from console.panels.topology.drawing import close_card
from topology.planning.plan import ScopeVerdict

WIDE = 74
INK = 60
"""A pixel that is at least so bright, of 255, is ink."""
Pixels = set[tuple[int, int]]


def shared_ink(monkeypatch: pytest.MonkeyPatch, name: str, number: tuple[int, int], high: int) -> int:
    """Give how many pixels of a card have ink of the name and of the number."""
    name_ink, number_ink = ink_of(monkeypatch, name, reading(*number), high)[0]
    return len(name_ink & number_ink)


def ink_of(monkeypatch: pytest.MonkeyPatch, name: str, shown: NodeReading, high: int) -> tuple[list[Pixels], QImage]:
    """Give where the ink of each line is on a card, and the card without its words."""
    calls: list[tuple[tuple[object, ...], dict[str, object]]] = []
    plain = close_card._write
    with monkeypatch.context() as patched:
        patched.setattr(close_card, "_write", lambda *given, **named: calls.append((given, named)))
        theme = load_theme("night")
        card = paint(lambda painter: close_card.paint_close_card(painter, WIDE, high, shown, name, theme))
    assert len(calls) == 2
    white = QColor("white")
    images = [
        paint(lambda painter, given=given, named=named: plain(painter, *given[1:], **{**named, "colour": white}))
        for given, named in calls
    ]
    lit = [{(x, y) for x in range(WIDE) for y in range(40) if QColor(one.pixel(x, y)).red() >= INK} for one in images]
    assert all(lit)
    return lit, card


def reading(servers: int, headroom: int) -> NodeReading:
    holds = ScopeVerdict.HOLDS
    return NodeReading("x", "x", False, servers, servers, servers - headroom, verdict=holds, headroom=headroom)


def paint(what: object) -> QImage:
    image = QImage(WIDE, 40, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    what(painter)  # type: ignore[operator]
    painter.end()
    return image


NAMES = {
    "gateway": (24, 4),
    "metering": (13, 2),
    "billing": (7, 2),
    "replicas": (65, 16),
    "placement": (37, 18),
    "reports": (70, 14),
    "queue": (58, 29),
    "keymap": (10, 3),
    "storage": (18, 1),
    "shipping": (9, 1),
}
"""Names with letters that reach below their line, and the servers and the headroom of each."""


@pytest.mark.parametrize("high", [20, 21, 22, 23, 25, 30])
def test_that_no_letter_of_a_name_lies_in_its_number(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, high: int
) -> None:
    load_fonts()
    touched = {name: shared_ink(monkeypatch, name, number, high) for name, number in NAMES.items()}
    assert touched == dict.fromkeys(NAMES, 0)


@pytest.mark.parametrize("high", [20, 21, 23, 25, 27, 30, 40])
@pytest.mark.parametrize(("inside", "troubled", "headroom"), [(4, 0, 3), (12, 2, 3), (12, 2, -60), (0, 0, -60)])
def test_that_no_edge_of_a_card_runs_through_its_number(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, high: int, inside: int, troubled: int, headroom: int
) -> None:
    load_fonts()
    verdict = ScopeVerdict.BREAKS if headroom < 0 else ScopeVerdict.HOLDS
    shown = replace(reading(70, headroom), inside=inside, troubled=troubled, verdict=verdict)
    (_, number), card = ink_of(monkeypatch, "reports", shown, high)
    theme = load_theme("night")
    grounds = {theme.raised.rgb(), theme.panel.rgb(), theme.alarm.rgb()}
    under = [card.pixel(x, y) for x, y in number]
    # Where a smoothed corner of a letter is all that is on it, a rim may be under it.
    assert sum(one not in grounds for one in under) <= len(under) / 12
    frame = theme.alarm.rgb() in under and theme.raised.rgb() in under
    assert not frame


@pytest.mark.parametrize("high", [20, 22, 24, 26])
def test_that_no_dash_underlines_what_is_impacted(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, high: int
) -> None:
    load_fonts()
    shown = replace(reading(70, 3), external=True, impacted=("x", "index"))
    (_, number), card = ink_of(monkeypatch, "labs", shown, high)
    alarm = load_theme("night").alarm.rgb()
    assert any(card.pixel(x, y) == alarm for x in range(WIDE) for y in range(high))
    left, right, bottom = min(x for x, _ in number), max(x for x, _ in number), max(y for _, y in number)
    assert not [x for x in range(left, right - 1) for y in range(bottom, high) if card.pixel(x, y) == alarm]

"""The tank: what its pixels say about capacity, floor and what would leave."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from console.kit.tank import Lie, Tank, paint_tank
from console.kit.theme import THEMES, Theme, load_theme

MARGIN = 12


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    return load_theme(str(request.param))


@pytest.fixture
def drawn(theme: Theme, qapp: object) -> Callable[..., QImage]:
    """Draw a tank of 102 pixels, so 100 inside its outline, upright or flat."""

    def draw(tank: Tank, lie: Lie = Lie.UPRIGHT) -> QImage:
        size = (22, 102) if lie is Lie.UPRIGHT else (102, 16)
        image = QImage(size[0] + 2 * MARGIN, size[1] + 2 * MARGIN, QImage.Format.Format_RGB32)
        image.fill(theme.raised)
        painter = QPainter(image)
        paint_tank(painter, QRectF(MARGIN, MARGIN, *size), tank, theme, lie)
        painter.end()
        return image

    return draw


def along(image: QImage, lie: Lie = Lie.UPRIGHT) -> list[QColor]:
    """Give the colours from empty-most to full-most, 100 of them, a quarter of the way in from the side."""
    if lie is Lie.UPRIGHT:
        return [image.pixelColor(MARGIN + 6, MARGIN + 100 - share) for share in range(100)]
    return [image.pixelColor(MARGIN + 1 + share, MARGIN + 4) for share in range(100)]


def count(image: QImage, colour: QColor, rows: range | None = None) -> int:
    ys = rows if rows is not None else range(image.height())
    return sum(image.pixelColor(x, y) == colour for x in range(image.width()) for y in ys)


@pytest.mark.parametrize("lie", Lie)
def test_that_water_stands_as_high_as_capacity_is_of_declared(
    drawn: Callable[..., QImage], theme: Theme, lie: Lie
) -> None:
    colours = along(drawn(Tank(declared=1000, in_service=400, after=400, floor=100), lie), lie)
    assert colours.count(theme.water) + 4 >= 40  # the floor line and its rim cover up to four
    assert all(colour == theme.water for colour in colours[15:39])
    assert all(colour == theme.track for colour in colours[41:99])


@pytest.mark.parametrize("lie", Lie)
def test_that_the_floor_line_lies_at_its_share_and_sticks_out(
    drawn: Callable[..., QImage], theme: Theme, lie: Lie
) -> None:
    image = drawn(Tank(declared=100, in_service=90, after=90, floor=50), lie)
    colours = along(image, lie)
    assert {number for number, colour in enumerate(colours) if colour == theme.floor} <= {48, 49, 50, 51}
    assert theme.floor in colours
    outside = (MARGIN - 3, MARGIN + 51) if lie is Lie.UPRIGHT else (MARGIN + 51, MARGIN - 3)
    assert image.pixelColor(*outside) == theme.floor


def test_that_an_upright_tank_has_a_marker_beside_the_floor_line(drawn: Callable[..., QImage], theme: Theme) -> None:
    image = drawn(Tank(100, 90, 90, floor=50))
    beside = [image.pixelColor(MARGIN + 22 + 7, y) for y in range(image.height())]
    assert 3 <= beside.count(theme.floor) <= 7


def test_that_water_is_in_alarm_below_the_floor_only(drawn: Callable[..., QImage], theme: Theme) -> None:
    at_floor, below = drawn(Tank(100, 90, 50, floor=50)), drawn(Tank(100, 90, 49, floor=50))
    assert count(at_floor, theme.alarm) == 0
    assert count(at_floor, theme.water) > 500
    assert count(below, theme.water) == 0
    assert count(below, theme.alarm) > 500


@pytest.mark.parametrize("lie", Lie)
def test_that_what_the_plan_takes_is_hatched_between_after_and_now(
    drawn: Callable[..., QImage], theme: Theme, lie: Lie
) -> None:
    colours = along(drawn(Tank(100, 90, after=60, floor=10), lie), lie)
    hatched = [number for number, colour in enumerate(colours) if colour not in (theme.water, theme.track, theme.floor)]
    assert min(hatched) in (59, 60, 61)
    assert max(hatched) in (88, 89, 90)
    assert theme.plan_ground in colours[61:89]


def test_that_a_single_server_of_thousands_still_shows(drawn: Callable[..., QImage], theme: Theme) -> None:
    without, with_one = drawn(Tank(10_000, 9_000, 9_000, floor=10)), drawn(Tank(10_000, 9_000, 8_999, floor=10))
    assert without != with_one


def test_that_what_already_runs_is_hatched_lighter_than_what_the_plan_takes(
    drawn: Callable[..., QImage], theme: Theme
) -> None:
    planned = drawn(Tank(100, 90, after=50, floor=10))
    running = drawn(Tank(100, 90, after=50, floor=10, pending=40))
    assert count(planned, theme.plan_ground) > 100
    assert count(running, theme.plan_ground) == 0
    assert planned != running


def test_that_what_would_come_back_is_drawn_above_the_water(drawn: Callable[..., QImage], theme: Theme) -> None:
    colours = along(drawn(Tank(100, in_service=50, after=80, floor=10)))
    assert colours[45] == theme.water
    assert theme.plan_ground in colours[51:79]
    assert colours[85] == theme.track


def test_that_an_unknown_floor_is_neither_zero_nor_healthy(drawn: Callable[..., QImage], theme: Theme) -> None:
    unknown, zero = drawn(Tank(100, 90, 90, floor=None)), drawn(Tank(100, 90, 90, floor=0))
    assert count(unknown, theme.floor) == 0
    assert count(unknown, theme.water) == 0
    assert count(zero, theme.floor) > 20


def test_that_old_numbers_look_old_even_below_the_floor(drawn: Callable[..., QImage], theme: Theme) -> None:
    old = drawn(Tank(100, 40, 40, floor=50, stale=True))
    assert count(old, theme.alarm) == count(old, theme.water) == 0
    assert count(old, theme.stale) > 500


@pytest.mark.parametrize(
    "tank",
    [
        Tank(0, 0, 0, None),
        Tank(0, 0, 0, 0),
        Tank(10, 30, 30, 50),
        Tank(10, 10, -5, 3),
        Tank(1, 0, 0, 10**9),
        Tank(5, 5, 0, 5, 5),
    ],
)
@pytest.mark.parametrize("lie", Lie)
def test_that_odd_numbers_stay_within_the_tank(
    drawn: Callable[..., QImage], theme: Theme, tank: Tank, lie: Lie
) -> None:
    image = drawn(tank, lie)
    edge = {image.pixelColor(x, y).rgb() for x in (0, image.width() - 1) for y in range(image.height())}
    edge |= {image.pixelColor(x, y).rgb() for y in (0, image.height() - 1) for x in range(image.width())}
    assert edge == {theme.raised.rgb()}


def test_that_a_floor_above_declared_is_shown_above_the_water(drawn: Callable[..., QImage], theme: Theme) -> None:
    colours = along(drawn(Tank(declared=50, in_service=50, after=50, floor=100)))
    assert theme.alarm in colours[10:45]
    assert theme.floor in colours[95:]


def test_that_a_tank_of_few_pixels_still_shows_level_and_floor(theme: Theme, qapp: object) -> None:
    image = QImage(12, 12, QImage.Format.Format_RGB32)
    image.fill(theme.raised)
    painter = QPainter(image)
    painter.scale(0.15, 0.15)
    paint_tank(painter, QRectF(20, 10, 23, 44), Tank(100, 20, 20, 90), theme)
    painter.end()
    assert count(image, theme.alarm) > 0

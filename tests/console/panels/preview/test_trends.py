"""Headroom over time beside its value: the line, the gap, the floor, and the same in words."""

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kit.roles import DESCRIBED, SPOKEN, TOOLTIP
from console.kit.theme import Theme, load_fonts, load_theme
from console.panels.preview.answer import AnswerView
from console.panels.preview.panel import PreviewPanel
from console.panels.preview.table_columns import SPARK
from console.panels.preview.trend.plot import TrendPlot, time_ticks, value_ticks
from console.words.plan_rows import HeadroomRow
from console.words.trend.sentences import heading
from tests.topology.fleet.curves import HOUR, KeptTrends, trend_of
from topology.planning.answers import Section, TitledAnswer
from topology.planning.plan import ScopeVerdict
from topology.region.sentences.clock import zone_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
CALM = (
    HeadroomRow("placement", "Placement", 900, 930, 850, 50, ScopeVerdict.TIGHT),
    HeadroomRow("storage", "Storage", 9400, 9500, 8800, 600, ScopeVerdict.HOLDS),
)


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: QApplication) -> None:
    load_fonts()


@pytest.fixture(params=["night", "day"])
def theme(request: pytest.FixtureRequest) -> Theme:
    return load_theme(request.param)


def shown(qtbot: QtBot, theme: Theme, trends: KeptTrends, width: int = 520) -> PreviewPanel:
    panel = PreviewPanel(theme)
    qtbot.addWidget(panel)
    panel.resize(width, 700)
    panel.show_calm(CALM)
    panel.table.show_trends(trends)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def sparkline(panel: PreviewPanel, line: int = 0) -> QImage:
    """Give what is painted where the trend of a line is."""
    rect = panel.table.visualRect(panel.table.model().index(line, 0))
    left = panel.table.head_columns().spark_left
    assert left is not None
    return panel.table.viewport().grab(QRect(left, rect.top(), SPARK, rect.height())).toImage()


def inked(image: QImage, ground: QColor, far: int = 40) -> list[set[int]]:
    """Give for each column of pixels the rows that stand out from the ground."""
    found = []
    for across in range(image.width()):
        colours = ((down, image.pixelColor(across, down)) for down in range(image.height()))
        found.append({down for down, one in colours if abs(one.lightness() - ground.lightness()) > far})
    return found


def test_that_a_silence_leaves_the_line_out_and_keeps_the_floor(qtbot: QtBot, theme: Theme) -> None:
    trends = KeptTrends(placement=trend_of([(0, 900), (1200, None), (2400, 890)], floor=850))
    columns = inked(sparkline(shown(qtbot, theme, trends)), theme.panel)
    above = [min(rows) for rows in columns if rows]
    assert len({min(columns[at]) for at in (5, 10, 15)}) == 1
    known, silent = columns[10], columns[30]
    assert min(known) < min(silent)  # in the silence only the floor's line is there
    assert min(columns[50]) < min(silent)
    assert max(above) == min(silent)


def test_that_below_the_floor_is_drawn_in_the_colour_of_alarm(qtbot: QtBot, theme: Theme) -> None:
    trends = KeptTrends(placement=trend_of([(0, 900), (1800, 700)], floor=850))
    image = sparkline(shown(qtbot, theme, trends))
    alarmed = [
        across
        for across in range(image.width())
        if any(image.pixelColor(across, down) == theme.alarm for down in range(image.height()))
    ]
    assert len(alarmed) >= 25
    assert min(alarmed) >= 29


def test_that_nothing_is_drawn_where_nothing_is_known(qtbot: QtBot, theme: Theme) -> None:
    trends = KeptTrends(placement=trend_of([(0, None)], floor=850))
    panel = shown(qtbot, theme, trends)
    assert not any(inked(sparkline(panel), theme.panel, 8))
    assert not any(inked(sparkline(panel, 1), theme.panel, 8))


def test_that_a_narrow_panel_leaves_the_trend_out_before_the_bar(qtbot: QtBot, theme: Theme) -> None:
    trends = KeptTrends(placement=trend_of([(0, 900)], floor=850))
    columns = shown(qtbot, theme, trends, 260).table.head_columns()
    assert columns.spark_left is None
    assert columns.bar_right - columns.bar_left >= 20


def test_that_a_row_keeps_its_name_and_says_its_trend_besides(qtbot: QtBot) -> None:
    trends = KeptTrends(placement=trend_of([(0, 900), (1800, 880)], floor=850))
    table = shown(qtbot, load_theme("night"), trends).table
    placement, storage = (table.model().index(line, 0) for line in (0, 1))
    assert "Last hour" not in placement.data(SPOKEN)
    assert placement.data(DESCRIBED) == "Last hour: headroom +50 → +30."
    assert "Last hour: headroom +50 → +30." in placement.data(TOOLTIP)
    assert storage.data(DESCRIBED) == ""


def test_that_a_moment_more_is_painted_without_another_row(qtbot: QtBot) -> None:
    trends = KeptTrends(placement=trend_of([(0, 900)], floor=850))
    panel = shown(qtbot, load_theme("night"), trends)
    before = sparkline(panel)
    trends.put("placement", trend_of([(0, 900), (600, 700)], floor=850))
    assert not panel.table.show_trends(trends)
    assert sparkline(panel) != before


def test_that_an_answer_plots_its_trend_under_its_heading_and_says_it(qtbot: QtBot, theme: Theme) -> None:
    trend = trend_of([(0, 900), (1200, None), (2400, 890)], floor=850)
    view = AnswerView(theme)
    qtbot.addWidget(view)
    view.resize(480, 500)
    view.show_answer(TitledAnswer("Placement", (Section(heading(trend), ("",), (("x",),)),), trend=trend))
    plot = view.findChild(TrendPlot)
    assert plot is not None
    assert plot.accessibleName() == "Headroom in the last hour"
    assert plot.accessibleDescription().startswith("Last hour: headroom +50 → +40; not known 22:33 to 22:53")
    view.show()
    qtbot.waitExposed(view)
    image = plot.grab().toImage()
    water = {
        across
        for across in range(image.width())
        for down in range(image.height() - 30)
        if image.pixelColor(across, down) == theme.water
    }
    left, right = plot._plot.getViewBox().sceneBoundingRect().left(), image.width()
    share = sorted((across - left) / (right - left) for across in water)
    assert any(0.1 < part < 0.3 for part in share)
    assert any(0.7 < part < 0.95 for part in share)
    assert not any(0.4 < part < 0.6 for part in share)


def test_that_ticks_are_round_moments_of_the_regions_clock() -> None:
    zone = zone_of("Asia/Kolkata")  # half an hour off whole hours
    ticks = time_ticks(HOUR, HOUR + 3600, zone)
    assert [text[-1] for _, text in ticks] == ["0"] * len(ticks)
    assert 5 <= len(ticks) <= 7
    days = time_ticks(HOUR, HOUR + 5 * 86_400, zone)
    assert all(text.endswith("00:00") for _, text in days)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (59, 61), (850, 900), (0, 9400), (2399, 2600)])
def test_that_a_scale_has_two_to_six_whole_numbers_inside(low: float, high: float) -> None:
    ticks = value_ticks(low, high)
    assert 1 <= len(ticks) <= 6
    assert all(low <= one <= high for one in ticks)
    assert np.all(np.diff(ticks) > 0)

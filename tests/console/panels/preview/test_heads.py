"""The titles of the side panel's table stand apart, however short the names below them."""

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from console.kit.painting import font_of
from console.kit.theme import load_fonts
from console.panels.preview.table_columns import GUTTER, HEAD, ColumnMeasures
from console.words.plan_rows import Row
from topology.planning.plan import ScopeVerdict
from topology.region.scope import WHOLE


@pytest.mark.parametrize("width", [300, 380, 480, 700])
@pytest.mark.parametrize(("name", "leaving"), [("db", -3), ("placement", 30), ("customer-identity-and-access", 400)])
def test_that_the_titles_over_names_and_what_leaves_do_not_touch(
    qapp: QApplication, width: int, name: str, leaving: int
) -> None:
    load_fonts()
    row = Row(name, WHOLE, 420, leaving, 0, 420 - leaving, 420, 60, 360 - leaving, ScopeVerdict.HOLDS, named=True)
    columns = ColumnMeasures().columns_for((row,), width)
    head = QFontMetrics(font_of(HEAD)).horizontalAdvance
    for verb in ("leaves", "returns"):
        assert columns.leaves - head(verb) >= GUTTER + head("Subsystem") + 6
    assert columns.bar_right - columns.bar_left >= 20

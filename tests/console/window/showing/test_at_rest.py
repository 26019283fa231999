"""A window at rest shows the clock; what rests on facts is worked out again when there are others."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.operating.view import View
from console.window.main_window import MainWindow
from console.words.plan_rows import headroom_rows
from tests.console.window.whole_window import play, until
from topology.fleet.batches import batch_of
from topology.fleet.seen_facts import SeenFacts
from topology.region.server_states import ServerState

RESTING, MOVED = (0, 0), (1, 1)


def test_that_cards_and_headroom_are_worked_out_when_facts_changed_and_only_then(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = [0, 0]
    is_shown: list[bool] = []
    shown: list[tuple[bool, tuple[int, int]]] = []
    """Of each view after the first: whether it rests on other facts than the one before, and what was worked out for it."""

    async def scenario(session: Session, window: MainWindow) -> None:
        panels, workspace = session.panels, session.workspace
        cards, headroom = panels.topology.show_capacity, panels.preview.show_calm
        last = None
        before = (0, 0)

        def show_capacity(rows: Any) -> None:
            counts[0] += 1
            cards(rows)

        def show_calm(rows: Any, labels: Any) -> None:
            counts[1] += 1
            headroom(rows, labels)

        def after_the_presenter(view: View) -> None:
            nonlocal last, before
            is_shown.append(panels.preview._calm == headroom_rows(view.state))
            if last is not None:
                worked = (counts[0] - before[0], counts[1] - before[1])
                shown.append((not last.are_those_of(view.state), worked))
            last, before = SeenFacts.of(view.state), (counts[0], counts[1])

        monkeypatch.setattr(panels.topology, "show_capacity", show_capacity)
        monkeypatch.setattr(panels.preview, "show_calm", show_calm)
        workspace.view_changed.connect(after_the_presenter)
        await until(lambda: sum(not moved for moved, _ in shown) >= 4)
        state = workspace.follower.state
        assert state is not None
        server = int((state.fleet.state == ServerState.IN_SERVICE).argmax())
        state.fold(batch_of(state.revision + 1, state.time + 1.0, [(server, ServerState.FAILED)]))
        workspace.refresh()
        await until(lambda: any(moved for moved, _ in shown) and sum(not moved for moved, _ in shown) >= 8)
        workspace.view_changed.disconnect(after_the_presenter)

    play(qapp, tmp_path, scenario)
    assert all(is_shown)
    assert {worked for moved, worked in shown if not moved} == {RESTING}
    assert {worked for moved, worked in shown if moved} == {MOVED}

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
from topology.region.server_states import ServerState


def test_that_cards_and_headroom_are_read_once_for_each_state_of_the_facts(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[View] = []
    cards: list[int] = []

    async def scenario(session: Session, window: MainWindow) -> None:
        panels, workspace = session.panels, session.workspace
        show = panels.topology.show_capacity

        def counted(rows: Any) -> None:
            cards.append(len(shown))
            show(rows)

        monkeypatch.setattr(panels.topology, "show_capacity", counted)
        workspace.view_changed.connect(shown.append)
        await until(lambda: len(shown) >= 6)
        versions = [view.state.fleet.version for view in shown]
        assert len(cards) <= len(set(versions)) + 1
        state = workspace.follower.state
        assert state is not None
        server = int((state.fleet.state == ServerState.IN_SERVICE).argmax())
        before, count = len(cards), len(shown)
        state.fold(batch_of(state.revision + 1, state.time + 1.0, [(server, ServerState.FAILED)]))
        workspace.refresh()
        await until(lambda: len(shown) > count + 1)
        assert len(cards) > before
        assert panels.preview._calm == headroom_rows(shown[-1].state)

    play(qapp, tmp_path, scenario)

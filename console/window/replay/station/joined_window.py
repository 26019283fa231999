"""Shows a run that goes on elsewhere in a window of a second operator: its clock, its gauges, and what is said there."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from console.operating.training.desk import TrainingDesk
from console.panels.timeline.player import Player
from console.window.replay.station.joining import JoinedRun
from console.window.workspace import Workspace

NOT_JOINED = (
    "play", "previous", "next", "decision", "start", "end", "take_over", "era", "station", "share", "probe", "probes",
    "save_moment", "load_moment", "inject", "backtrack",
)  # fmt: skip
"""What belongs to the window where the run is."""
ELSEWHERE = (
    "The clock, the tool and what goes wrong are in the hands of the window that was joined; type commands here."
)
GONE = "The run that was joined is gone: what is on show is how it stood last, and nothing more is done."


class JoinedWindow(QObject):
    """Hears what the run says, and passes it on. *acted* shows how it stands, *lies* is what gauges say that lie."""

    def __init__(
        self,
        run: JoinedRun,
        desk: TrainingDesk,
        player: Player,
        workspace: Workspace,
        lies: dict[str, int],
        acted: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._player, self._workspace, self._lies, self._acted = player, workspace, lies, acted
        run.begun.connect(desk.begin_anew)
        run.moved.connect(acted)
        run.told.connect(workspace.tell)
        run.refused.connect(workspace.tell_failure)
        run.gone.connect(self._run_gone)
        run.clock_heard.connect(self._hear_clock)
        run.lies_heard.connect(self._hear_lies)

    def refuses(self, action: str) -> bool:
        """Say so where an action belongs to the window that was joined; gives whether it does."""
        if action not in NOT_JOINED and not action.startswith("speed_"):
            return False
        self._workspace.tell(ELSEWHERE)
        return True

    def _run_gone(self) -> None:
        self._player.show_elsewhere("gone")
        self._workspace.tell_failure(GONE)

    def _hear_clock(self, values: dict[str, object]) -> None:
        self._player.show_elsewhere(str(values.get("words", "")))

    def _hear_lies(self, lies: dict[str, int]) -> None:
        self._lies.clear()
        self._lies.update(lies)
        self._acted()

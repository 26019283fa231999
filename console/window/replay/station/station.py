"""Puts the instructor's station into a replay: the directing, its window when it is opened, and the channel the trainee has."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from console.kit.theme import Theme
from console.operating.notice import Notice
from console.operating.training.training import Training
from console.panels.side_channel.side_channel import YOU, ChannelRemark, SideChannel
from console.panels.timeline.player import Player
from console.reports.said_text import remarks_html
from console.window.main_window import MainWindow
from console.window.replay.station.directing import Directing
from console.window.replay.station.joining import JoinedRun
from console.window.replay.station.sharing import INSTRUCTOR, OPERATOR, NotSharedError, RunSharing
from console.window.replay.station.station_window import StationWindow
from console.window.workspace import Workspace

CHANNEL = "Channel"


class Station(QObject):
    """The page of the channel is there once somebody said something, or the station was opened."""

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        training: Training,
        player: Player,
        workspace: Workspace,
        lies: dict[str, int],
        acted: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._window, self._theme, self._workspace = window, theme, workspace
        self._training, self._player = training, player
        self.directing = Directing(training, player, lies, self)
        self.channel = SideChannel(theme)
        self.station: StationWindow | None = None
        self._acted = acted
        self.sharing = RunSharing(training, player, self.directing, acted, workspace.tell, self)
        self.channel.answered.connect(self.directing.answer)
        self.directing.remarked.connect(self._show_remark)
        self.directing.injected.connect(self._show_injected)
        self.channel.hide()

    def open(self) -> StationWindow:
        """Open the window of the instructor, or bring it to the front."""
        self._show_channel()
        if self.station is None:
            self.station = StationWindow(self._theme, self._training, self._player, self.directing, self._window)
        self.station.show()
        self.station.show_now()
        self.station.raise_()
        self.station.activateWindow()
        self.station.line.setFocus()
        return self.station

    def share(self) -> None:
        """Let an instructor and a second operator in, and say how they come."""
        try:
            addresses = self.sharing.open()
        except NotSharedError as error:
            self._workspace.tell_failure(str(error))
            return
        ways = (
            f"Instructor: underkeel replay --station {addresses[INSTRUCTOR]}",
            f"Second operator: underkeel replay --join {addresses[OPERATOR]}",
        )
        self._workspace.notice(Notice("shared-run", "This run is open to this account. " + ". ".join(ways), "note"))
        # There they can be marked and copied.
        self.directing.log.extend(way for way in ways if way not in self.directing.log)
        self.directing.changed.emit()
        self._show_channel()

    def join(self, run: JoinedRun) -> None:
        """Say here what is said in the run that was joined."""
        self.channel.answered.disconnect(self.directing.answer)
        self.channel.answered.connect(run.say)
        run.remarked.connect(self._show_remark)

    def for_debrief(self) -> str:
        """Give what the instructor noted and what was said, as HTML."""
        directing = self.directing
        lines = [(one.clock, one.who, one.text) for one in (*directing.notes, *directing.remarks)]
        return remarks_html("Notes of the instructor, and what was said", sorted(lines))

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.channel.set_theme(theme)
        if self.station is not None:
            self.station.set_theme(theme)

    def _show_channel(self) -> None:
        if self._window.tabs.indexOf(self.channel) < 0 and self.channel.parent() is None:
            self._window.tabs.put(CHANNEL, self.channel)

    def _show_remark(self, remark: ChannelRemark) -> None:
        self._show_channel()
        self.channel.show_remark(remark)
        if remark.who != YOU:
            self._workspace.tell(f"{remark.who}: {remark.text}")

    def _show_injected(self) -> None:
        self._acted()
        if self.station is not None:
            self.station.show_now()

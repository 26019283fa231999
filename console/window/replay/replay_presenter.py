"""What the panels of a replay get of a view: the strip names the incident, and a tool of the past is not called clear."""

from dataclasses import replace

from console.operating.strip import StripReading
from console.operating.training.lying_gauges import shown_with_lies
from console.operating.training.training import Training
from console.operating.view import View
from console.panels.timeline.player import Player
from console.window.main_window import MainWindow
from console.window.showing.console_panels import ConsolePanels
from console.window.showing.view_presenter import ViewPresenter
from console.words import writing as words


class ReplayPresenter(ViewPresenter):
    """Shows the views of a training; *lies* has what the gauges of some subsystems say that lie, in units."""

    def __init__(
        self, window: MainWindow, panels: ConsolePanels, training: Training, player: Player, lies: dict[str, int]
    ) -> None:
        super().__init__(window, panels)
        self._training, self._player = training, player
        self._lies = lies

    def show(self, view: View) -> None:
        super().show(replace(view, state=shown_with_lies(view.state, self._lies)) if self._lies else view)

    def strip_of(self, view: View) -> StripReading:
        incident = self._training.incident
        who = "your run" if self._training.is_run else "the record"
        return replace(view.strip, age=who, revision=incident.date, title=incident.title, speed=self._player.words())

    def show_work(self, view: View) -> None:
        super().show_work(view)
        plan = view.work.plan
        # While nothing is asked there is more to read in the scenario than in the list of headrooms.
        self.panels.side.give_room(to_preview=plan is not None)
        era = self._training.era_of_run
        if plan is not None and era.guards is not None and not plan.blocked:
            # What the tool of the day let through was not judged, and must not be called clear.
            goes = "leaves" if plan.count == 1 else "leave"
            verb = goes if plan.action == "remove" else goes.replace("leave", "return")
            title = f"{words.plural(plan.count, 'server')} {verb}: nothing is checked"
            self.panels.preview.verdict.show_unchecked(title, f"{era.title}. This tool does not say what they carry.")

    def show_progress(self, view: View) -> None:
        super().show_progress(view)
        progress = view.progress
        if not self._training.era_of_run.paced:
            self.panels.execution.show_progress(progress, self._training.now(), None)
            if progress is not None:
                count = words.plural(progress.total, "server")
                self.panels.execution.about.say(f"{count} at once · nothing is checked")

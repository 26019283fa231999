"""What each panel gets of a view: one view a frame goes down, and only what changed of it."""

from collections.abc import Mapping

from PySide6.QtCore import QObject

from console.operating.strip import Mode, StripReading
from console.operating.view import View
from console.panels.command_line.hints import hint
from console.panels.topology.cards.readings import readings
from console.window.main_window import MainWindow
from console.window.showing.console_panels import ConsolePanels
from console.words.execution import doing
from console.words.observed import on_edge
from console.words.plan_rows import headroom_rows
from topology.command.grammar.parts import parts_of
from topology.fleet.observed import Pair, SeenCall
from topology.fleet.seen_facts import SeenFacts
from topology.planning.plan import Plan

_NO_CALLS: Mapping[Pair, SeenCall] = {}


def codes_of(plan: Plan | None) -> dict[str, tuple[str, ...]]:
    """Give the codes of the findings about each subsystem, for finding them in the topology."""
    codes: dict[str, tuple[str, ...]] = {}
    for finding in plan.findings if plan is not None else ():
        if finding.subsystem is not None:
            codes[finding.subsystem] = (*codes.get(finding.subsystem, ()), finding.code)
    return codes


class ViewPresenter(QObject):
    """Shows views in the window and its panels."""

    def __init__(self, window: MainWindow, panels: ConsolePanels) -> None:
        super().__init__(window)
        self._window = window
        self.panels = panels
        self.view: View | None = None
        """What was shown last; None before the first."""
        self._edges = _NO_CALLS
        self._told: SeenFacts | None = None
        """What the headroom on show, and the numbers of the cards, rest on."""
        self._planned: Plan | None = None

    def show(self, view: View) -> None:
        """Show one view everywhere."""
        before, self.view = self.view, view
        known, self._told = self._told, SeenFacts.of(view.state)
        is_known = known is not None and known.are_those_of(view.state)
        if before is None or view.state is not before.state:
            self.show_state(view)
        if not is_known:
            self.show_headroom(view)
        self.show_work(view)
        if not is_known or view.work.plan is not self._planned:
            # In a region of many subsystems this is most of what a moment costs in which nothing happened.
            self._planned = view.work.plan
            self.panels.topology.show_capacity(readings(view.state, view.work.plan))
        if before is None or view.progress != before.progress:
            self.show_progress(view)
        if before is None or view.neighbourhood is not before.neighbourhood:
            self.panels.preview.show_neighbourhood(view.neighbourhood)
        if before is None or view.gathering is not before.gathering or view.progress != before.progress:
            own_runs = view.progress is not None and not view.progress.phase.is_end
            self.panels.others.show_gathering(view.gathering, own_runs=own_runs)
        for entry, panel in self.panels.lower.values():
            entry.show(panel, view)
            if entry.titled is not None:
                self._window.tabs.call(entry.title, entry.titled(view))

    def show_unreadable(self, _sentence: str) -> None:
        """Say on the strip, the title and beside the plan that there is no region."""
        self._window.show_reading(StripReading(Mode.NOT_READ))
        self.panels.preview.waiting.say("There is no region to work on: it could not be read.", "alarm")

    def strip_of(self, view: View) -> StripReading:
        """Give what the strip says."""
        return view.strip

    def show_state(self, view: View) -> None:
        """Show what is so whatever is typed, and changes with the clock."""
        state, panels = view.state, self.panels
        self._window.show_reading(self.strip_of(view))
        if panels.preview.table.show_trends(view.trends):
            panels.preview.head.update()
        panels.execution.show_time(state.time)
        observed = state.observed
        edges = _NO_CALLS if observed is None else observed.edges(state.region)
        if edges is not self._edges:
            self._edges = edges
            panels.topology.drawing.calls = {pair: words for pair, call in edges.items() if (words := on_edge(call))}
            panels.topology.update()

    def show_headroom(self, view: View) -> None:
        """Show how every subsystem stands."""
        state = view.state
        labels = {one.name: one.label for one in state.region.subsystems}
        self.panels.preview.show_calm(headroom_rows(state), labels)

    def show_work(self, view: View) -> None:
        """Show what the text in the line does."""
        plan, panels = view.work.plan, self.panels
        panels.preview.confirm_bar.set_obstacle(view.obstacle)
        panels.preview.confirm_bar.set_deed(view.deed)
        panels.preview.confirm_bar.set_about(view.about)
        panels.preview.show_plan(plan)
        panels.command.largest = panels.preview.largest_safe()
        panels.command.saying.show_sentence(*hint(plan, view.work.reading, view.obstacle))
        panels.topology.finder.codes = codes_of(plan)
        panels.topology.drawing.returns = plan is not None and plan.action == "restore"

    def show_progress(self, view: View) -> None:
        """Show what is being carried out."""
        self._window.show_doing(doing(view.progress))
        stated = None if view.progress is None else parts_of(view.progress.command).pace_per_minute
        pace = view.state.region.policy.pace_per_minute if stated is None else stated
        self.panels.execution.show_progress(view.progress, view.state.time, pace)

"""What the map says in words of its servers and of what is chosen, as things are now."""

from collections.abc import Callable

from console.panels.fleet_map.choice import CellChoice
from console.panels.fleet_map.sheet import MapRaster
from console.panels.fleet_map.words import OLD, facts_of_server, legend, servers_in
from console.words import writing as words
from topology.fleet.state import State
from topology.fleet_map.arrangement import NOBODY
from topology.fleet_map.facts import ChoiceReach, facts_of, place_around
from topology.fleet_map.marks import CellMark
from topology.planning.plan import Plan
from topology.region.sentences.clock import zone_of

PART = " · "
"""Stands between facts of one line."""


class TooltipPresenter:
    """Knows the sheet and the choice on show, and asks for the state when something is to be said of it."""

    def __init__(self, choice: CellChoice, state_now: Callable[[], State | None]) -> None:
        self.sheet: MapRaster | None = None
        self.is_old = False
        """Whether the source is silent, so that nothing is known of now."""
        self._gives_back = False
        self._choice = choice
        self._state_now = state_now

    def take(self, state: State, plan: Plan | None) -> bool:
        """Note what kind of facts and of plan are on show; gives whether facts have become old, or new again."""
        before, self.is_old = self.is_old, state.freshness.is_silent(state.region.policy.stale_after_s)
        self._gives_back = plan is not None and plan.action == "restore"
        return before is not self.is_old

    @property
    def now(self) -> State | None:
        """The state, as long as it is one of the fleet on show: a fleet that was described anew is not laid out at once."""
        state = self._state_now()
        return state if state is not None and self.sheet is not None and self.sheet.region is state.region else None

    @property
    def remark(self) -> str:
        """What is to be known of everything on the map."""
        return OLD if self.is_old else ""

    def facts(self, server: int) -> str:
        """Say everything that is known of a server in one line; nothing of NOBODY."""
        return PART.join(self._facts(server))

    def tooltip(self, server: int) -> str:
        """Say the same, a fact a line."""
        return "\n".join(self._facts(server))

    def tooltip_of_line(self, server: int) -> str:
        """Say what the line below the map says, of a server or the legend, a fact a line."""
        return "\n".join(self._facts(server) or self._legend_parts())

    def _facts(self, server: int) -> tuple[str, ...]:
        state = self.now
        if self.sheet is None or state is None or server == NOBODY:
            return ()
        found = facts_of(state, server, int(self.sheet.marks.values[server]))
        parts = facts_of_server(found, state.time, zone_of(state.region.time_zone), self._gives_back)
        return (*parts, self.remark) if self.remark else parts

    def legend(self) -> tuple[tuple[CellMark, str], ...]:
        """Say what each mark stands for and how many servers have it."""
        return legend(self.sheet.marks, self._gives_back) if self.sheet is not None else ()

    def legend_line(self) -> str:
        """Say the same in one line."""
        return PART.join(self._legend_parts())

    def _legend_parts(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.remark, *(text for _, text in self.legend()))))

    def area(self) -> str:
        """Say what is in the area that is marked out; nothing where none is."""
        state = self.now
        if self.sheet is None or state is None or self._choice.area is None:
            return ""
        count = len(self._choice.members(self.sheet.arrangement, state))
        return f"area of {words.plural(count, 'server')} · Enter writes the command"

    def everything(self) -> str:
        """Say what a screen reader says: the area, the server that the keys are on and what Enter takes, or the legend."""
        facts = self.facts(self._choice.cursor)
        return self.area() or PART.join(filter(None, (facts or self.legend_line(), self._taken())))

    def _taken(self) -> str:
        """Say what Enter would take, where that is more than the server that the keys are on."""
        sheet, state, choice = self.sheet, self.now, self._choice
        if choice.cursor == NOBODY or choice.taken is ChoiceReach.SERVER or sheet is None or state is None:
            return ""
        count = len(choice.members(sheet.arrangement, state))
        return f"Enter takes {servers_in(place_around(state, choice.cursor, choice.taken), count)}"

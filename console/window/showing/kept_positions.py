"""The cards that were put somewhere by hand, kept in the settings under the name of their region."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from console.panels.topology.arrangement import TopologyArrangement
from console.window.settings import SettingsStore
from topology.fleet.state import State

Positions = dict[str, dict[str, tuple[float, float]]]


class KeptPositions(QObject):
    """Brings positions back with a region, and keeps them when they change."""

    def __init__(
        self, arrangement: TopologyArrangement, settings: SettingsStore, state_now: Callable[[], State | None]
    ) -> None:
        super().__init__(arrangement)
        self._arrangement, self._settings, self._state_now = arrangement, settings, state_now

    def bring_back(self, region: str) -> None:
        """Put the cards of a region where they were."""
        kept = self._settings.value.positions.get(region)
        if kept:
            self._arrangement.restore({name: (place[0], place[1]) for name, place in kept.items()})

    def keep(self) -> None:
        """Remember where the cards are now."""
        self._settings.change(positions=self.now())

    def now(self) -> Positions:
        """Give the positions of every region that is known, with those of this one as they are now."""
        state = self._state_now()
        if state is None:
            return self._settings.value.positions
        return {**self._settings.value.positions, state.region.name: self._arrangement.positions()}

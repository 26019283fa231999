"""Which entries of the menus can be chosen, and which are on: looked at whenever a menu opens."""

from collections.abc import Callable

from console.operating.view import View
from console.window.menus.bar import MenuBar
from topology.execution.progress import Phase

OF_PLANS = ("confirm", "copy_plan", "copy_servers")


class MenuStates:
    """Greys out what has nothing to act on, while a menu is open. Keys are never greyed out: they say why not."""

    def __init__(self, bar: MenuBar, mark: Callable[[], None], view_now: Callable[[], View | None]) -> None:
        self._bar, self._mark, self._view_now = bar, mark, view_now
        for title in ("Act", "Edit", "View", "View/Theme"):
            menu = bar.menu(title)
            menu.aboutToShow.connect(self.show)
            menu.aboutToHide.connect(self.let_go)

    def show(self) -> None:
        """Mark what is on, and grey out what cannot be."""
        self._mark()
        for name, can in self.possible().items():
            self._bar.actions_by_id[name].setEnabled(can)

    def let_go(self) -> None:
        """Let every key be heard again."""
        for name in self.possible():
            self._bar.actions_by_id[name].setEnabled(True)

    def possible(self) -> dict[str, bool]:
        """Say of each action that may have nothing to act on whether it has."""
        view = self._view_now()
        progress = None if view is None else view.progress
        runs = progress is not None and not progress.phase.is_end
        paused = progress is not None and progress.phase is Phase.PAUSED
        others = view is not None and bool(view.gathering.executions)
        plan = None if view is None else view.work.plan
        return {
            "stop": runs or others,
            "pause": runs and not paused,
            "resume": paused,
            **dict.fromkeys(OF_PLANS, plan is not None),
        }

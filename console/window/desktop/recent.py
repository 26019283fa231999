"""The regions that were opened before, in a menu: the newest first."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu

from console.window.settings import MOST_RECENT, SettingsStore


def remember_region(settings: SettingsStore, address: str) -> None:
    """Put an address first among the recent ones."""
    if settings.value.recent[:1] == (address,):
        return
    others = tuple(one for one in settings.value.recent if one != address)
    settings.change(recent=(address, *others)[:MOST_RECENT])


class RecentRegions:
    """Fills a menu each time it is opened, so that what other windows opened is in it."""

    def __init__(self, menu: QMenu, settings: SettingsStore, open_region: Callable[[str], None]) -> None:
        self._menu, self._settings, self._open = menu, settings, open_region
        menu.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Name the regions, and a way to forget them."""
        menu = self._menu
        menu.clear()
        recent = self._settings.recent_now()
        for number, address in enumerate(recent, 1):
            key = f"&{number} " if number < 10 else ""
            menu.addAction(key + address.replace("&", "&&"), partial(self._open, address))
        if not recent:
            menu.addAction("Nothing was opened yet").setEnabled(False)
            return
        menu.addSeparator()
        menu.addAction("Forget them", self._forget)

    def _forget(self) -> None:
        self._settings.change(recent=())

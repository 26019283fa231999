"""Whether the desktop asks for less motion, as its portal tells. Nothing waits for the answer."""

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

SERVICE = "org.freedesktop.portal.Desktop"
PLACE = "/org/freedesktop/portal/desktop"
SETTINGS = "org.freedesktop.portal.Settings"
ASKED = (
    ("org.freedesktop.appearance", "reduced-motion", 1),
    ("org.gnome.desktop.interface", "enable-animations", False),
)
"""Where desktops keep it, and the value that asks for less; the first that is there counts."""
PATIENCE_MS = 2_000


def there_is_a_bus() -> bool:
    """Whether the session has a bus already: to ask for one would start it."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or (bool(runtime) and Path(runtime, "bus").exists())


class DesktopMotion(QObject):
    """Asks once; *take* is called where the desktop wants less motion."""

    def __init__(self, parent: QObject, take: Callable[[], None]) -> None:
        super().__init__(parent)
        self._take = take
        self._left = list(ASKED)
        self._call: QObject | None = None

    def ask(self) -> None:
        """Ask the portal; a Qt without its bus, or a session without one, has nobody to ask."""
        if not there_is_a_bus():
            return
        try:
            from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher
        except ImportError:
            return
        bus = QDBusConnection.sessionBus()
        if not self._left or not bus.isConnected():
            return
        space, key, wanted = self._left.pop(0)
        message = QDBusMessage.createMethodCall(SERVICE, PLACE, SETTINGS, "ReadOne")
        message.setArguments([space, key])
        self._call = watcher = QDBusPendingCallWatcher(bus.asyncCall(message, PATIENCE_MS), self)
        watcher.finished.connect(lambda done: self._hear(done.reply(), wanted))

    def _hear(self, reply: object, wanted: int) -> None:
        from PySide6.QtDBus import QDBusMessage, QDBusVariant

        if not isinstance(reply, QDBusMessage):
            return
        found = [one.variant() for one in reply.arguments() if isinstance(one, QDBusVariant)]
        if reply.type() is not QDBusMessage.MessageType.ReplyMessage or not found:
            self.ask()  # the next place
        elif found[0] == wanted:
            self._take()

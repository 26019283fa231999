"""One end of a local connection: values as lines of JSON, one message a line, none larger than is sensible."""

from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalSocket

LARGEST = 4 * 1024 * 1024
"""Bytes of one message."""


class LineSocket(QObject):
    """Sends and hears messages; what is no message ends the connection."""

    heard = Signal(dict)
    """What the other end said."""
    closed = Signal()
    """The other end is gone."""

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self.socket = socket
        socket.setParent(self)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self.closed)

    def send(self, **values: object) -> None:
        """Say something to the other end; one that is gone does not hear it."""
        if self.socket.state() == QLocalSocket.LocalSocketState.ConnectedState:
            self.socket.write(msgspec.json.encode(values) + b"\n")

    def end(self) -> None:
        """Hang up, once all is said."""
        self.socket.disconnectFromServer()

    def look(self) -> None:
        """Hear what came before anybody listened."""
        self._read()

    def _read(self) -> None:
        while self.socket.canReadLine():
            values = _message(bytes(self.socket.readLine(LARGEST).data()))
            if values is None:
                self.socket.abort()
                return
            self.heard.emit(values)
        if self.socket.bytesAvailable() > LARGEST:
            self.socket.abort()


def _message(line: bytes) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(line)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return found if isinstance(found, dict) else None

"""A display that is not there, or does not answer, is said before Qt would end the program for it."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from console.app.display import trouble


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "There is no display to open a window on."),
        ({"DISPLAY": ":4711"}, "The display ':4711' (of DISPLAY) does not answer."),
        ({"DISPLAY": "127.0.0.1:51000.0"}, "The display '127.0.0.1:51000.0' (of DISPLAY) does not answer."),
        (
            {"DISPLAY": ":4711", "WAYLAND_DISPLAY": "wayland-0"},
            "The display 'wayland-0' (of WAYLAND_DISPLAY) does not answer, nor does ':4711' (of DISPLAY).",
        ),
        ({"WAYLAND_DISPLAY": "/no/such"}, "The display '/no/such' (of WAYLAND_DISPLAY) does not answer."),
        (
            {"DISPLAY": ":4711", "WAYLAND_DISPLAY": "x", "QT_QPA_PLATFORM": "xcb"},
            "The display ':4711' (of DISPLAY) does not answer.",
        ),
        (
            {"DISPLAY": ":4711", "QT_QPA_PLATFORM": "wayland"},
            "QT_QPA_PLATFORM asks for wayland, and there is no display of that kind to open a window on.",
        ),
        ({"QT_QPA_PLATFORM": "xcb"}, "There is no display to open a window on."),
        (
            {"QT_QPA_PLATFORM": "mir", "DISPLAY": ":4711"},
            "There is no way to draw called 'mir' (of QT_QPA_PLATFORM); there are xcb and wayland.",
        ),
        ({"QT_QPA_PLATFORM": "offscreen:size=960x600"}, ""),
        ({"QT_QPA_PLATFORM": "offscreen"}, ""),
        ({"DISPLAY": "nonsense"}, "DISPLAY is 'nonsense', which names no display; one is written such as :0."),
    ],
)
def test_that_what_is_wrong_with_a_display_is_said(environment: dict[str, str], said: str) -> None:
    assert trouble(environment) == said


WELCOME = struct.pack("<BxHHH", 1, 11, 0, (32 + 40) // 4) + bytes(20) + b"\x01" + bytes(11 + 40)
"""How an X server lets a client in: no name of its vendor, no formats, one screen."""
NOT_YOU = b"No protocol specified\n\0\0"
REFUSAL = struct.pack("<BBHHH", 0, 22, 11, 0, len(NOT_YOU) // 4) + NOT_YOU


@contextmanager
def x_server(answer: bytes, number: int = 4713, drops: int = 0) -> Iterator[str]:
    """Give the name of a display of which a server answers all who come with *answer*, but drops the first so many."""
    clients: list[socket.socket] = []

    def serve() -> None:
        left = drops
        with suppress(OSError):
            while True:
                client, _ = server.accept()
                if not client.recv(12):  # who only looked whether somebody listens says nothing
                    client.close()
                elif left:
                    left -= 1
                    client.close()
                else:
                    client.sendall(answer)
                    clients.append(client)

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(f"\0/tmp/.X11-unix/X{number}")
        server.listen()
        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f":{number}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for client in clients:
                client.close()


def test_that_a_display_that_lets_us_in_is_none() -> None:
    with x_server(WELCOME) as display:
        assert trouble({"DISPLAY": f"{display}.0"}) == ""
        assert trouble({"DISPLAY": f"{display}.1"}) == f"The display '{display}.1' (of DISPLAY) has no screen 1."
    assert "does not answer" in trouble({"DISPLAY": display})


def test_that_a_server_that_begins_anew_just_then_is_asked_again() -> None:
    with x_server(WELCOME, 4714, drops=3) as display:
        assert trouble({"DISPLAY": display}) == ""


def test_that_a_display_of_somebody_else_is_told_before_qt_ends_the_program() -> None:
    with x_server(REFUSAL) as display:
        assert trouble({"DISPLAY": display}) == (
            f"The display {display!r} (of DISPLAY) lets this account open no window: start it as who is logged in there."
        )


def test_that_a_compositor_that_answers_is_none_also_where_x_is_dead(tmp_path: Path) -> None:
    session = {"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "wayland-7", "DISPLAY": ":4711"}
    assert "does not answer" in trouble(session)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        assert trouble(session) == ""
        assert "':4711'" in trouble(session | {"QT_QPA_PLATFORM": "xcb"})

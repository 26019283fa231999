"""A display that is not there, or does not answer, is said before Qt would end the program for it."""

import socket
from pathlib import Path

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
        ({"DISPLAY": "anything/else"}, ""),
    ],
)
def test_that_what_is_wrong_with_a_display_is_said(environment: dict[str, str], said: str) -> None:
    assert trouble(environment) == said


def test_that_a_display_that_answers_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.app.display.X_SOCKETS", str(tmp_path / "X"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(tmp_path / "X7"))
        server.listen()
        assert trouble({"DISPLAY": ":7.0"}) == ""
    assert "does not answer" in trouble({"DISPLAY": ":8"})


def test_that_a_compositor_that_answers_is_none_also_where_x_is_dead(tmp_path: Path) -> None:
    session = {"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "wayland-7", "DISPLAY": ":4711"}
    assert "does not answer" in trouble(session)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        assert trouble(session) == ""
        assert "':4711'" in trouble(session | {"QT_QPA_PLATFORM": "xcb"})

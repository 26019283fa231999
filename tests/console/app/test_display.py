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
        ({"DISPLAY": ":4711", "WAYLAND_DISPLAY": "wayland-0"}, ""),
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

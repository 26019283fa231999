"""Where the console's own figures are listened for: on this machine alone, and never in the way of the console."""

import socket
from argparse import ArgumentTypeError

import pytest

from console.app.metrics import Metrics
from console.terminal.subcommand import loopback


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("127.0.0.1:9464", ("127.0.0.1", 9464)),
        (":9464", ("127.0.0.1", 9464)),
        ("localhost:9464", ("127.0.0.1", 9464)),
        ("[::1]:9464", ("::1", 9464)),
    ],
)
def test_that_an_address_on_this_machine_is_taken(text: str, place: tuple[str, int]) -> None:
    assert loopback(text) == place


@pytest.mark.parametrize(
    "text", ["0.0.0.0:9464", "10.1.2.3:9464", "desk.example:9464", "127.0.0.1", "127.0.0.1:0", ":x", ""]
)
def test_that_others_are_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is not an address on this machine"):
        loopback(text)


def test_that_a_port_in_use_is_one_sentence_and_no_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert Metrics().serve("127.0.0.1", port).startswith(f"No metrics: 127.0.0.1:{port} could not be listened on")

"""Servers at the address of a Prometheus that are none, are slow, or say what cannot be: one sentence each, and nothing guessed."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from topology.links.graph_source import ObservedGraph
from topology.links.prometheus import fetching as module
from topology.links.prometheus.address import parse_web_address
from topology.links.prometheus.fetching import Fetching
from topology.links.prometheus.presets import PRESETS
from topology.links.prometheus.reader import PrometheusReader
from topology.region.errors import LinkError
from topology.region.source import Tls


@contextmanager
def says(data: bytes, *, drip: bool = False) -> Iterator[str]:
    """Listen at a port, answer each request with *data*, byte by byte where it shall *drip*; gives the address."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                one, _ = listening.accept()
            except OSError:
                return
            with one:
                try:
                    one.recv(65_536)
                    if not drip:
                        one.sendall(data)
                    for at in range(len(data) if drip else 0):
                        one.sendall(data[at : at + 1])
                        if ended.wait(0.05):
                            return
                except OSError:
                    pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        ended.set()
        listening.shutdown(socket.SHUT_RDWR)  # wakes who waits for a connection
        listening.close()
        thread.join(5)


def http(body: bytes, status: str = "200 OK", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


def vector(*rows: object, **more: object) -> bytes:
    body = {"status": "success", "data": {"resultType": "vector", "result": list(rows)}, **more}
    return http(json.dumps(body).encode())


def row(caller: str, called: str, value: object = "5", when: float | None = None) -> dict[str, object]:
    return {"metric": {"client": caller, "server": called}, "value": [when or time.time(), value]}


def read(data: bytes) -> ObservedGraph:
    with says(data) as url:
        reader = PrometheusReader(Fetching(parse_web_address(url), Tls()), PRESETS["otel"])
        return asyncio.run(reader.read())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "answers nothing; see whether this is a Prometheus"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "answers what is not HTTP, or breaks off"),
        (http(b"<html>hello</html>"), "answers what is not Prometheus's JSON .it begins with '<html>hello</html>'."),
        (http(b'{"status":"success","data":{"resultType":"vec'), "is not Prometheus's JSON"),
        (http(b"\xff\xfe\x00"), "is not Prometheus's JSON"),
        (http(b"[" * 100_000), "is not Prometheus's JSON"),
        (http(b'{"status":"success","data":{"resultType":"matrix","result":[]}}'), "answers no rows to an instant query"),
        (http(b'{"status":"success"}'), "answers no rows"),
        (vector({"metric": {"client": 7}, "value": [1, "2"]}), "is not Prometheus's JSON"),
        (vector({"metric": {}, "value": [1]}), "is not Prometheus's JSON"),
        (http(b'{"status":"error","error":"query \\u001b[2Jtimed out"}', "503 X"), r"could not answer: query  \[2Jtimed out"),
        (http(b"", "302 Found", "Location: http://127.0.0.1:1/\r\n"), "sends us elsewhere .HTTP 302., which is not followed"),
        (http(b"", "401 Unauthorized"), "does not let us ask .HTTP 401."),
        (http(b"", "404 Not Found"), "answers HTTP 404; see whether this is the address of a Prometheus"),
        (http(b"x")[:-1], "breaks off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "breaks off"),
    ],
)  # fmt: skip
def test_that_what_is_no_answer_of_prometheus_is_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(LinkError, match=sentence) as refused:
        read(data)
    assert "\n" not in str(refused.value)
    assert str(refused.value).isprintable()


def test_that_a_chunked_answer_is_read_whole() -> None:
    body = vector(row("a", "b")).partition(b"\r\n\r\n")[2]
    chunks = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (body[:20], body[20:])) + b"0\r\n\r\n"
    graph = read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
    assert graph.rates == {("a", "b"): 5.0}


def test_that_an_answer_that_drips_is_given_up_at_its_time() -> None:
    with says(vector(row("a", "b")), drip=True) as url:
        began = time.monotonic()
        with pytest.raises(LinkError, match=r"did not answer within 0.4 s"):
            asyncio.run(Fetching(parse_web_address(url), Tls()).get("/api/v1/query?query=1", 0.4))
        assert time.monotonic() - began < 5  # it drips for longer


def test_that_an_answer_without_end_is_not_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 1024 * 1024)
    with pytest.raises(LinkError, match="answers more than 1 MiB, of which nothing is taken"):
        read(http(b" " * 3 * 1024 * 1024))


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf", "-3", "hello", ""])
def test_that_what_is_no_rate_is_unknown_and_said(value: str) -> None:
    graph = read(vector(row("a", "b", value), row("a", "c")))
    assert graph.rates == {("a", "b"): None, ("a", "c"): 5.0}
    assert graph.remarks[0].startswith(f"1 row of Prometheus have a rate that is no number, such as a to b: {value}")


@pytest.mark.parametrize("name", ["x" * 254, "bell\a", "esc\x1b[31m", "line\nbreak", "‮right"])
def test_that_names_that_cannot_be_are_left_out_and_counted(name: str) -> None:
    graph = read(vector(row(name, "b"), row("a", "b")))
    assert set(graph.rates) == {("a", "b")}
    assert "1 row of Prometheus name what is no name" in graph.remarks[0]
    assert graph.remarks[0].isprintable()


@pytest.mark.parametrize(("seconds", "side"), [(3600, "3,600 s ahead of"), (-3600, "3,600 s behind")])
def test_that_a_clock_that_is_an_hour_off_is_said(seconds: int, side: str) -> None:
    graph = read(vector(row("a", "b", when=time.time() + seconds)))
    assert any(side in remark for remark in graph.remarks)
    assert graph.rates == {("a", "b"): 5.0}


def test_that_warnings_of_prometheus_are_passed_on() -> None:
    assert "Prometheus warns: partial data." in read(vector(row("a", "b"), warnings=["partial data"])).remarks


def test_that_a_password_does_not_cross_a_network_in_the_open(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("s3cret\n")
    with pytest.raises(LinkError, match=r"would go to http://prom.example:9090 unencrypted; write https://") as refused:
        Fetching(parse_web_address("http://prom.example:9090"), Tls(user="ana", password_file=str(secret)))
    assert "s3cret" not in str(refused.value)
    with pytest.raises(LinkError, match="cannot be read from /nowhere: No such file"):
        Fetching(parse_web_address("https://prom.example"), Tls(user="ana", password_file="/nowhere"))
    with pytest.raises(LinkError, match=r"cannot be read: .*; see \[source.graph_tls\]"):
        Fetching(parse_web_address("https://prom.example"), Tls(ca="/nowhere"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("prom:9090", "begins with http"),
        ("http://", "begins with http"),
        ("http://ana:secret@prom:9090", "a password does not belong into an address"),
        ("http://prom:9090/?x=1", "neither . nor #"),
        ("http://prom:99999", "no number from 1 to 65535"),
        ("http://pr om:9090", "holds spaces"),
        ("http://prom\r\nX: 1", "holds spaces"),
    ],
)
def test_that_an_address_that_cannot_be_says_why(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_web_address(text)


def test_that_an_address_keeps_the_path_before_the_api() -> None:
    assert str(parse_web_address("https://h/prom/")) == "https://h:443/prom"
    assert str(parse_web_address("http://[::1]:9090")) == "http://[::1]:9090"

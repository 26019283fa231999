"""Servers that lose, refuse half-way, fill up, hang or answer late: the page before stands whole, and it is said what is wrong."""

from collections.abc import Iterator

import pytest

from tests.topology.publishing.drafts import INDEX, draft, holds_in, publisher
from tests.topology.publishing.web_server import WebServer, web_server
from topology.publishing import edition
from topology.publishing import storage as storages
from topology.publishing.edition import Edition
from topology.publishing.errors import OlderError, PassingError, PublishError
from topology.publishing.publisher import Publisher
from topology.publishing.put import PutStorage, authorization
from topology.publishing.requests import Requests


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    monkeypatch.setattr(storages, "REQUEST_S", 0.5)
    with web_server() as found:
        yield found


def to(server: WebServer, headers: dict[str, str] | None = None) -> Publisher:
    return publisher(PutStorage(server.url, Requests(), headers or {}, "THE_TOKEN"))


def index(server: WebServer) -> dict[str, int]:
    return holds_in(server.files[f"/page/{INDEX}"])


def test_that_the_page_comes_last_but_for_the_word_that_it_is_there(server: WebServer) -> None:
    to(server).publish(draft({"1-a": 1}))
    assert server.paths("PUT") == [
        "/page/edition.json",
        "/page/announcements/1-a.html",
        "/page/summary.json",
        f"/page/{INDEX}",
        "/page/edition.json",
    ]


def test_that_a_server_that_refuses_half_way_keeps_the_page_before(server: WebServer) -> None:
    publishes = to(server)
    publishes.publish(draft({"1-a": 1}))
    server.rule = lambda method, path, number: 403 if method == "PUT" and path.endswith("summary.json") else None
    with pytest.raises(PublishError, match=r"answered 403 when summary.json was written; look at THE_TOKEN"):
        publishes.publish(draft({"1-a": 2}))
    assert index(server) == {"1-a": 1}
    server.rule = lambda method, path, number: None
    publishes.publish(draft({"1-a": 2}))
    assert index(server) == {"1-a": 2}


def test_that_a_server_that_accepts_and_loses_is_found_out(server: WebServer) -> None:
    publishes = to(server)
    publishes.publish(draft({"1-a": 1}))
    server.rule = lambda method, path, number: "lose" if method == "PUT" and path.endswith("summary.json") else None
    with pytest.raises(PassingError, match=r"took summary.json, and what is read back is another one"):
        publishes.publish(draft({"1-a": 2}))
    assert index(server) == {"1-a": 1}


def test_that_a_server_that_loses_everything_is_found_out(server: WebServer) -> None:
    server.rule = lambda method, path, number: "lose" if method == "PUT" else None
    with pytest.raises(PublishError, match="it does not keep what it takes"):
        to(server).publish(draft({}))


def test_that_one_that_is_full_for_a_moment_is_tried_again(server: WebServer) -> None:
    failed = iter([507, 503])
    server.rule = lambda method, path, number: next(failed, None) if path.endswith("summary.json") else None
    to(server).publish(draft({"1-a": 1}))
    assert index(server) == {"1-a": 1}


def test_that_one_that_stays_full_is_given_up_with_its_answer(server: WebServer) -> None:
    server.rule = lambda method, path, number: 507 if method == "PUT" else None
    with pytest.raises(PassingError, match=r"answered 507 when edition.json was written"):
        to(server).publish(draft({}))


def test_that_one_that_hangs_is_given_up_in_time(server: WebServer) -> None:
    server.rule = lambda method, path, number: "hang"
    with pytest.raises(PassingError, match="no answer in time"):
        to(server).publish(draft({}))


def test_that_nobody_listening_is_said(server: WebServer) -> None:
    url = server.url.replace("/page", "").replace("127.0.0.1", "127.0.0.2")
    with pytest.raises(PassingError, match="could not be asked: Connection refused"):
        publisher(PutStorage(url, Requests(), {}, "")).publish(draft({}))


def test_that_an_older_page_is_refused_by_what_the_server_holds(server: WebServer) -> None:
    to(server).publish(draft({"1-a": 2}))
    with pytest.raises(OlderError):
        to(server).publish(draft({"1-a": 1}))
    assert index(server) == {"1-a": 2}


def test_that_an_answer_that_was_lost_after_its_write_is_no_conflict_with_oneself(server: WebServer) -> None:
    late = iter(["late"])
    server.rule = lambda method, path, number: next(late, None) if method == "PUT" else None
    assert to(server).publish(draft({"1-a": 1})).number == 2
    assert index(server) == {"1-a": 1}


def test_that_where_conditions_are_not_known_a_claim_that_was_overtaken_writes_no_page(server: WebServer) -> None:
    theirs = Edition("shop", 1, "theirs", is_complete=True, holds={"1-a": 5})

    def rule(method: str, path: str, number: int) -> int | str | None:
        if method == "GET" and server.paths("PUT") == ["/page/edition.json"]:
            server.files["/page/edition.json"] = edition.written(theirs)
        return None

    server.rule = rule
    with pytest.raises(OlderError):
        to(server).publish(draft({"1-a": 1}))
    assert set(server.paths("PUT")) == {"/page/edition.json"}


def test_that_credentials_go_with_every_request_and_into_no_file(server: WebServer) -> None:
    headers = authorization({"A_TOKEN": "secret-token"}, "A")
    to(server, headers).publish(draft({"1-a": 1}))
    assert all(one["Authorization"] == "Bearer secret-token" for _, _, one in server.heard)
    assert not any(b"secret-token" in data for data in server.files.values())


def test_that_a_redirect_is_not_followed(server: WebServer) -> None:
    server.rule = lambda method, path, number: 302
    with pytest.raises(PublishError, match="answered 302"):
        to(server).publish(draft({}))
    assert len(server.heard) == 1

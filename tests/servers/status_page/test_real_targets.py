"""A real nginx over TLS and a real S3 that checks signatures take the page; what they refuse is said."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.reports.status_page.bundle import kind_of
from tests.servers.status_page.rigs import PASSWORD, USER, Moto, Nginx, needs_moto, needs_nginx
from tests.topology.publishing.drafts import INDEX, draft, holds_in
from topology.publishing.errors import OlderError, PassingError, PublishError
from topology.publishing.opening import open_target
from topology.publishing.publisher import Publisher
from topology.publishing.reading import read_publicly
from topology.publishing.storage import ANY, Deadline
from topology.region.public.policy import PublishTarget, TargetKind


def soon() -> Deadline:
    return Deadline(30.0)


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    made = Nginx(tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def moto(tmp_path: Path) -> Iterator[Moto]:
    made = Moto(tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def web(nginx: Nginx) -> PublishTarget:
    return PublishTarget("web", TargetKind.PUT, nginx.url, read=nginx.url, environment="WEB", ca=nginx.ca)


def bucket(moto: Moto) -> PublishTarget:
    return PublishTarget("bucket", TargetKind.S3, moto.url, read=moto.url, environment="BUCKET")


def to(target: PublishTarget, **variables: str) -> Publisher:
    return Publisher(open_target(target, variables), kind_of)


@needs_nginx
def test_that_nginx_takes_the_page_and_the_public_reads_it_over_tls(nginx: Nginx) -> None:
    publishes = to(web(nginx), WEB_USER=USER, WEB_PASSWORD=PASSWORD)
    for number in range(1, 4):
        assert publishes.publish(draft({"1-a": number})).number == number
    copy = read_publicly(web(nginx), INDEX)
    assert holds_in(copy.data) == {"1-a": 3}
    assert (copy.host, copy.address, len(copy.certificate)) == ("127.0.0.1", "127.0.0.1", 64)
    with pytest.raises(OlderError):
        to(web(nginx), WEB_USER=USER, WEB_PASSWORD=PASSWORD).publish(draft({"1-a": 2}))
    assert holds_in((nginx.www / "page" / INDEX).read_bytes()) == {"1-a": 3}


@needs_nginx
def test_that_nginx_refuses_a_wrong_password_and_it_is_said_what_to_look_at(nginx: Nginx) -> None:
    with pytest.raises(PublishError, match=r"answered 401 when edition.json was written; look at what WEB_… hold"):
        to(web(nginx), WEB_USER=USER, WEB_PASSWORD="wrong").publish(draft({}))


@needs_nginx
def test_that_a_certificate_of_a_stranger_is_not_trusted(nginx: Nginx) -> None:
    with pytest.raises(PublishError, match="certificate that is not trusted"):
        to(replace(web(nginx), ca=""), WEB_USER=USER, WEB_PASSWORD=PASSWORD).publish(draft({}))


@needs_nginx
def test_that_a_web_server_that_stopped_keeps_its_page_and_comes_back(nginx: Nginx) -> None:
    publishes = to(web(nginx), WEB_USER=USER, WEB_PASSWORD=PASSWORD)
    publishes.publish(draft({"1-a": 1}))
    nginx.stop()
    with pytest.raises(PassingError, match="could not be asked"):
        publishes.publish(draft({"1-a": 2}))
    nginx.start()
    publishes.publish(draft({"1-a": 2}))
    assert holds_in((nginx.www / "page" / INDEX).read_bytes()) == {"1-a": 2}


@needs_moto
def test_that_s3_takes_what_is_signed_and_the_newer_page_stands(moto: Moto) -> None:
    variables = {"BUCKET_KEY_ID": moto.key, "BUCKET_SECRET": moto.secret}
    one, other = to(bucket(moto), **variables), to(bucket(moto), **variables)
    for number, publishes in enumerate((one, other, one), 1):
        assert publishes.publish(draft({"1-a": 1}, str(number))).number == number
    other.publish(draft({"1-a": 2}))
    with pytest.raises(OlderError):
        one.publish(draft({"1-a": 1}))
    stored = open_target(bucket(moto), variables).read(INDEX, soon())
    assert stored is not None
    assert holds_in(stored.data) == {"1-a": 2}


@needs_moto
def test_that_s3_refuses_a_wrong_secret_and_it_is_said_what_to_look_at(moto: Moto) -> None:
    with pytest.raises(PublishError, match=r"answered 403 .*look at BUCKET_KEY_ID and BUCKET_SECRET"):
        to(bucket(moto), BUCKET_KEY_ID=moto.key, BUCKET_SECRET="wrong").publish(draft({}))


@needs_moto
def test_that_a_name_with_signs_is_signed_as_s3_reads_it(moto: Moto) -> None:
    storage = open_target(bucket(moto), {"BUCKET_KEY_ID": moto.key, "BUCKET_SECRET": moto.secret})
    for name in ("services/a-b_c.json", "announcements/3-00ff.html"):
        storage.write(name, b"x", "text/html; charset=utf-8", ANY, soon())
        stored = storage.read(name, soon())
        assert stored is not None
        assert stored.data == b"x"

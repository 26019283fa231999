"""The status page without a window: files, targets, a drill that reads back as the public does, a look on loopback."""

import io
import json
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from console.app import cli
from console.operating.headless.status_page import HeadlessPage
from console.terminal.status_page.serving import PageServer
from console.terminal.status_page.status_page_command import status_page_command
from tests.topology.publishing.web_server import web_server
from tests.topology.status_page.regions import TEXT

HEAD = TEXT[: TEXT.index("[[status_page.targets]]")]


def described(folder: Path, *targets: str) -> str:
    """Give the path of a description with targets, each the lines below its head."""
    path = folder / "shop.toml"
    path.write_text(HEAD + "".join(f"[[status_page.targets]]\n{one}\n" for one in targets))
    return str(path)


def to_folder(folder: Path, name: str, more: str = "") -> str:
    (folder / name).mkdir(exist_ok=True)
    return f'name = "{name}"\nto = "folder:{folder / name}"\nground = "{name}"\n{more}'


def run(verb: str, region: str, folder: Path | None = None) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    status = status_page_command(verb, region, folder, out, err)
    return status, out.getvalue(), err.getvalue()


def test_that_build_writes_every_file_into_a_new_folder(tmp_path: Path) -> None:
    region = described(tmp_path)
    status, said, _ = run("build", region, tmp_path / "out" / "page")
    assert status == 0
    assert "All services are available" in said
    assert json.loads((tmp_path / "out" / "page" / "summary.json").read_text())["status"]["indicator"] == "none"


def test_that_build_writes_over_nothing_of_somebody_else(tmp_path: Path) -> None:
    region = described(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("mine")
    status, _, said = run("build", region, tmp_path / "mine")
    assert status == 1
    assert "underkeel did not write" in said
    assert (tmp_path / "mine" / "index.html").read_text() == "mine"


def test_that_publish_reaches_every_target_and_says_which_failed(tmp_path: Path) -> None:
    bad = f'name = "bad"\nto = "folder:{tmp_path / "nowhere"}"\nground = "bad"\n'
    status, said, _ = run("publish", described(tmp_path, bad, to_folder(tmp_path, "a")))
    assert status == 1
    assert "bad: FAILED: edition.json could not be read" in said
    assert "a: revision 1 stands" in said
    assert (tmp_path / "a" / "index.html").exists()


def test_that_publish_again_and_again_keeps_the_days(tmp_path: Path) -> None:
    region = described(tmp_path, to_folder(tmp_path, "a"), to_folder(tmp_path, "b"))
    assert run("publish", region)[0] == 0
    assert run("publish", region)[0] == 0
    page = HeadlessPage(region, live=False).page()
    assert page.services[0].since is not None
    assert page.services[0].since < page.made


def test_that_a_drill_reads_back_what_the_public_reads_and_its_date_stands_on_the_page(tmp_path: Path) -> None:
    with web_server() as one, web_server() as other:
        targets = [
            f'name = "{name}"\nto = "put:{server.url}"\nread = "{server.url}"\nground = "{name}"\n'
            for name, server in (("one", one), ("other", other))
        ]
        region = described(tmp_path, *targets)
        status, said, _ = run("drill", region)
        assert status == 0, said
        assert said.count("read back at http://127.0.0.1") == 2
        assert "one and other share the host 127.0.0.1 and the address 127.0.0.1" in said
        assert b"The last drill was passed on" in one.files["/page/index.html"]
        assert HeadlessPage(region, live=False).page().drilled is not None


@pytest.mark.parametrize("how", ["another", "none"])
def test_that_a_drill_is_not_passed_where_the_public_reads_something_else(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.operating.headless.status_page.CATCHES_UP_S", 1.0)
    with web_server() as server, web_server() as other:
        other.files["/page/index.html"] = b"an old page"
        read = f'read = "{other.url}"' if how == "another" else ""
        region = described(tmp_path, f'name = "a"\nto = "put:{server.url}"\n{read}\n')
        status, said, _ = run("drill", region)
        assert status == 1
        assert "The drill was not passed" in said
        assert ("the public reads another one" if how == "another" else "states no address") in said
        assert b"No drill has been passed yet" in server.files["/page/index.html"]


def test_that_serve_shows_the_page_on_loopback_to_nobody_else(tmp_path: Path) -> None:
    region = described(tmp_path)
    server = PageServer(lambda: HeadlessPage(region, live=False).page(), 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with urllib.request.urlopen(server.url, timeout=10) as answer:
            assert b"Status of the shop" in answer.read()
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(f"{server.url}../../etc/passwd", timeout=10)
        assert missing.value.code == 404
        missing.value.close()
        other = urllib.request.Request(server.url, headers={"Host": "evil.example.org:80"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(other, timeout=10)
        assert refused.value.code == 421
        refused.value.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_that_a_region_without_one_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status-page", "publish"]) == 2
    assert "states no [status_page]" in capsys.readouterr().err

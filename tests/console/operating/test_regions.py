"""How a region is named on the command line, and where what happens to it is kept."""

import asyncio
import re
from pathlib import Path

import pytest

from console.operating.regions import (
    _MAY_STATE_SOURCE,
    Address,
    acts_of,
    address_of,
    bundled,
    folder_of,
    open_link,
    read_address,
    read_file,
    stated_source,
)
from topology.links.protocol import RegionLink
from topology.links.simulated.simulated import FileLink, SimLink
from topology.records.own_folders import state_folder
from topology.region.decoding.toml_text import decoded_toml
from topology.region.description import RegionError

SMALL = """\
format = 1
[region]
name = "small"
zones = ["az1"]
[policy]
pace = "20/min"
largest_command = 5
[[subsystem]]
name = "index"
floor = 1
[[pool]]
name = "index"
count = 3
supports = ["index"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.mark.parametrize("text", [None, "", "s3-us-east-1", "sim:s3-us-east-1"])
def test_that_the_embedded_region_is_the_default(text: str | None) -> None:
    assert address_of(text) == Address("sim", "s3-us-east-1")


def test_that_a_path_may_be_written_in_three_ways(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wanted = Address("file", str(file))
    assert [address_of(text) for text in (str(file), "small.toml", "file:small.toml", "./small.toml")] == [wanted] * 4


def test_that_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv("HOME", str(file.parent))
    assert address_of("~/small.toml") == address_of("file:~/small.toml") == Address("file", str(file))


@pytest.mark.parametrize("text", ["atlantis", "sim:atlantis", "sim:", "sim:../../etc"])
def test_that_what_is_not_bundled_is_an_error_that_names_what_is(text: str) -> None:
    with pytest.raises(RegionError, match="s3-us-east-1"):
        address_of(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("etcd://h1:2379/r", "etcd: is a kind of source, not a region: write a description with [source] fleet ="),
        ("kubernetes:prod", "kubernetes: is a kind of source"),
        ("gopher://h/r.toml", "gopher: is no kind of region: there are sim:, file:, and the path of a description"),
    ],
)
def test_that_an_address_with_another_scheme_is_never_taken_for_a_path(text: str, said: str) -> None:
    with pytest.raises(RegionError, match=re.escape(said)):
        address_of(text)


def test_that_a_file_whose_name_looks_like_an_address_can_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop:eu.toml").write_text(SMALL)
    assert address_of("shop:eu.toml") == Address("file", str(tmp_path / "shop:eu.toml"))


def test_that_every_bundled_region_can_be_read_without_a_gap() -> None:
    assert bundled()
    for name in bundled():
        assert read_address(Address("sim", name)).gaps == ()


def test_that_a_folder_stands_for_the_region_file_in_it(tmp_path: Path) -> None:
    (tmp_path / "region.toml").write_text(SMALL)
    assert read_file(tmp_path, "small").name == "small"


def test_that_a_folder_without_a_region_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RegionError, match=r"small/region\.toml: could not be read: No such file"):
        read_file(tmp_path, "small")


def test_that_a_folder_and_the_region_file_in_it_are_one_address(tmp_path: Path) -> None:
    (tmp_path / "region.toml").write_text(SMALL)
    assert address_of(str(tmp_path)) == address_of(f"file:{tmp_path}") == address_of(str(tmp_path / "region.toml"))


def test_that_the_acts_of_a_region_are_where_its_link_keeps_them(file: Path) -> None:
    for text in (None, str(file)):
        address = address_of(text)
        link = open_link(address, folder_of(address))
        asyncio.run(_load_and_close(link))
        assert acts_of(address).is_file()


async def _load_and_close(link: RegionLink) -> None:
    await link.load()
    await link.aclose()


def test_that_state_is_kept_in_the_folder_for_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == tmp_path / "underkeel"
    for unusable in ("", "relative/folder"):
        monkeypatch.setenv("XDG_STATE_HOME", unusable)
        monkeypatch.setenv("HOME", str(tmp_path))
        assert state_folder() == tmp_path / ".local" / "state" / "underkeel"


def test_that_two_regions_never_share_a_folder() -> None:
    alike = ["/a/b.toml", "/a-b.toml", "/a/b-toml", "/" + "x" * 300 + ".toml", "/" + "x" * 301 + ".toml"]
    folders = [folder_of(Address("file", path)) for path in alike]
    assert len(set(folders)) == len(alike)
    assert all(folder.parent == state_folder() / "regions" and len(folder.name) < 120 for folder in folders)


def test_that_a_link_is_opened_by_its_address(file: Path, tmp_path: Path) -> None:
    link = open_link(address_of(str(file)), tmp_path)
    assert (type(link), link.name, link.abilities.simulated) == (FileLink, f"file:{file}", True)
    link = open_link(address_of(None), tmp_path)
    assert (type(link), link.name, link.abilities.simulated) == (SimLink, "sim:s3-us-east-1", True)


def test_that_the_nearest_bundled_name_is_offered() -> None:
    with pytest.raises(
        RegionError, match=r"There is no region 's3-us-east1': did you mean s3-us-east-1\? Bundled are "
    ):
        address_of("s3-us-east1")
    with pytest.raises(RegionError, match=r"There is no region 'atlantis'\. Bundled are "):
        address_of("atlantis")


SOURCE = 'fleet = "adapter:true"\nledger = "file:acts"\n'


@pytest.mark.parametrize(
    "head",
    [
        "[source]",
        "\ufeff[source]",
        "\t[ source ] # here",
        '["source"]',
        "['source']",
        '["so\\u0075rce"]',
        '["\\u0073ource"]',
        "# another line\r\n[source]",
    ],
)
def test_that_a_source_is_seen_however_its_key_is_spelled(tmp_path: Path, head: str) -> None:
    path = tmp_path / "region.toml"
    text = SMALL[: SMALL.index("[[pool]]")]
    path.write_text(f"{head}\n{SOURCE}" if head.startswith("\ufeff") else f"{text}{head}\n{SOURCE}", newline="")
    assert "source" in decoded_toml(path.read_bytes().decode("utf-8-sig"))
    assert _MAY_STATE_SOURCE.search(path.read_bytes())


@pytest.mark.parametrize(
    "line", ['source = {fleet = "adapter:true"}', 'source.fleet = "adapter:true"', '"source".x = 1']
)
def test_that_a_source_that_stands_before_all_tables_is_seen(line: str) -> None:
    assert "source" in decoded_toml(line)
    assert _MAY_STATE_SOURCE.search(line.encode())


def test_that_a_description_without_a_source_is_not_decoded_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "region.toml"
    path.write_text(f"# its source is a table\n{SMALL}title = 'the source'\n")
    monkeypatch.setattr("console.operating.regions.decoded_toml", lambda _: pytest.fail("it was decoded"))
    assert stated_source(path) is None

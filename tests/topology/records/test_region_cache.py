"""Large regions are kept in columns: recalled they are the same, and whatever is wrong with them they are read anew."""

import zipfile
from dataclasses import fields
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest

from topology.links import description
from topology.links.description import SHOWN_FIRST_S, WatchedDescription
from topology.records import region_cache
from topology.records.description_file import DescriptionFiles, read_description
from topology.records.own_folders import cache_folder
from topology.records.region_cache import read_or_recall
from topology.records.seal import seal_of
from topology.region.description import RegionError
from topology.region.region import Region
from topology.region.server_states import ServerState

TEXT = """
format = 1
fleet = "fleet.csv"
[region]
name = "kept"
title = "Kept"
time_zone = "America/New_York"
zones = ["az1", "az2"]
illustrative = true
[policy]
pace = ["20/min", "5% in 1 h"]
largest_command = "5%"
[[freeze]]
from = 2017-02-28T00:00:00Z
until = 2017-03-01T00:00:00Z
reason = "quarter end"
[[subsystem]]
name = "index"
floor = "90%"
zone_floor = 3
last_full_restart = 2015-01-01
restart = { servers_per_minute = 10, checks_minutes = 30 }
[[subsystem]]
name = "lambda"
external = true
[[dependency]]
from = "lambda"
to = "index"
for = ["PUT"]
[alarms]
off = ["falling"]
priority = { records = "high" }
[status_page]
title = "Status"
needs = ["lambda"]
[[status_page.targets]]
name = "here"
to = "folder:/srv/www"
"""


@pytest.fixture(autouse=True)
def _everything_is_worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_cache, "WORTHWHILE", 0)


@pytest.fixture
def files(tmp_path: Path) -> DescriptionFiles:
    return written(tmp_path)


def written(folder: Path, servers: int = 40, text: str = TEXT) -> DescriptionFiles:
    path = folder / "region.toml"
    path.write_text(text)
    rows = [f"s-{number:03},az{number % 2 + 1},c1,r{number % 5},in_service,index:2" for number in range(servers)]
    (folder / "fleet.csv").write_text("name,zone,cell,rack,state,supports\n" + "\n".join(rows) + "\n")
    return read_description(path)


def same(one: Region, other: Region) -> bool:
    for field in fields(Region):
        if field.name != "roster" and getattr(one, field.name) != getattr(other, field.name):
            return False
    for field in fields(one.roster):
        a, b = getattr(one.roster, field.name), getattr(other.roster, field.name)
        if isinstance(a, np.ndarray):
            if a.dtype != b.dtype or a.tolist() != b.tolist():
                return False
        elif a != b:
            return False
    return True


def kept() -> list[Path]:
    return sorted((cache_folder() / "regions").glob("*"))


def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count how often a description is really read."""
    heard: list[str] = []
    region = DescriptionFiles.region

    def read(self: DescriptionFiles, *rest: object) -> Region:
        heard.append(str(self.path))
        return region(self, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(DescriptionFiles, "region", read)
    return heard


def test_that_a_recalled_region_is_the_one_that_was_read(
    files: DescriptionFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = readings(monkeypatch)
    first = read_or_recall(files)
    assert len(kept()) == 1
    said: list[str] = []
    again = read_or_recall(files, "", said.append)
    assert len(heard) == 1
    assert said == ["Recalled 40 servers"]
    assert same(first, again)
    assert again.index == first.index


def test_that_another_description_or_another_name_for_it_is_read(
    files: DescriptionFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = readings(monkeypatch)
    read_or_recall(files)
    read_or_recall(files, "mine.toml")
    changed = written(tmp_path, 41)
    assert len(read_or_recall(changed).roster) == 41
    assert len(heard) == 3


@pytest.mark.parametrize(
    "harm", ["cut", "flip", "empty", "other", "numbers", "packing", "head", "forged", "forged anew"]
)
def test_that_what_is_damaged_is_read_anew_and_kept_again(
    files: DescriptionFiles, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read_or_recall(files)
    (path,) = kept()
    data = path.read_bytes()
    if harm == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif harm == "flip":
        at = data.index(b"index")
        path.write_bytes(data[:at] + b"X" + data[at + 1 :])
    elif harm == "packing":
        # How the first column is packed, as the list at the end of the archive says it.
        at = data.index(b"PK\x01\x02") + 10
        path.write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    elif harm == "head":
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        parts["rack.npy"] = parts["rack.npy"].replace(b"{'descr", b";'descr")
        with zipfile.ZipFile(path, "w") as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm.startswith("forged"):
        # Every number fits, and the digest of the description too; only the states are other ones. Without the key of the
        # account no seal can be made that fits them, though it be known how one is made.
        with np.load(path) as arrays:
            columns = dict(arrays) | {"state": np.zeros_like(arrays["state"])}
        with path.open("wb") as file:
            np.savez(file, **columns)
            file.flush()
            forged = path.read_bytes()
            file.write(data[-32:] if harm == "forged" else blake2b(forged, digest_size=32).digest())
    else:
        with np.load(path) as arrays:
            columns = dict(arrays)
        if harm == "numbers":
            columns["rack"] = columns["rack"] + 100
        else:
            columns["kept"] = np.frombuffer(columns["kept"].tobytes().replace(b"kept", b"left"), np.uint8)[:-3]
        with path.open("wb") as file:
            np.savez(file, **columns)
    heard = readings(monkeypatch)
    said: list[str] = []
    again = read_or_recall(files, "", said.append)
    assert same(first, again)
    assert heard
    assert "damaged" in said[0]
    heard.clear()
    assert same(read_or_recall(files), first)
    assert not heard


def test_that_a_wrong_description_is_refused_and_not_kept(tmp_path: Path) -> None:
    files = written(tmp_path, text=TEXT.replace('to = "index"', 'to = "nothing"'))
    with pytest.raises(RegionError):
        read_or_recall(files)
    assert kept() == []


def test_that_a_cache_that_cannot_be_written_keeps_nothing_from_being_read(
    files: DescriptionFiles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert len(read_or_recall(files).roster) == 40


def test_that_only_the_last_few_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_cache, "MOST_FILES", 3)
    for servers in range(10, 16):
        read_or_recall(written(tmp_path, servers))
    assert len(kept()) == 3


def test_that_a_small_region_is_not_kept(files: DescriptionFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_cache, "WORTHWHILE", 1_000_000)
    read_or_recall(files)
    assert kept() == []


def test_that_a_region_that_was_only_recalled_is_not_acted_on_until_its_file_was_read(
    files: DescriptionFiles, tmp_path: Path
) -> None:
    WatchedDescription(files.path).open(0.0)
    (path,) = kept()
    with np.load(path) as arrays:
        columns = dict(arrays) | {"state": np.zeros_like(arrays["state"])}
    with path.open("wb") as file:
        np.savez(file, **columns)
    path.write_bytes(path.read_bytes() + seal_of(path.read_bytes()))  # by somebody who has the key
    watched = WatchedDescription(files.path)
    watched.open(0.0)
    assert not watched.region.roster.state.any()
    assert "compared with the file itself just now" in watched.doubt()
    assert not watched.look(SHOWN_FIRST_S - 0.1)
    assert "compared with the file itself just now" in watched.doubt()
    assert watched.read_at == SHOWN_FIRST_S - 0.1
    assert watched.look(SHOWN_FIRST_S)
    assert (watched.doubt(), watched.region.roster.state.all()) == ("", True)
    again = WatchedDescription(files.path)
    again.open(0.0)
    assert again.doubt()
    assert not again.look(SHOWN_FIRST_S)
    assert again.doubt() == ""


def test_that_the_content_of_a_description_that_was_read_is_kept_no_longer(files: DescriptionFiles) -> None:
    for _ in ("read", "recalled"):
        watched = WatchedDescription(files.path)
        watched.open(0.0)
        for moment in (SHOWN_FIRST_S, SHOWN_FIRST_S + 1.0, SHOWN_FIRST_S + 2.0):
            assert not watched.look(moment)
            assert (watched._files.text, watched._files.fleet) == ("", None)
        (files.path.parent / "fleet.csv").touch()
        watched.look(8.0)
        watched.look(9.0)
        assert (watched.doubt(), watched._files.fleet) == ("", None)


def test_that_a_change_within_a_tick_of_the_clock_of_files_is_seen_by_reading_them_soon_after(
    files: DescriptionFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = WatchedDescription(files.path)
    watched.open(0.0)
    monkeypatch.setattr(description, "signature_of", lambda seen: seen.signature)
    with monkeypatch.context() as patch:
        patch.setattr(description, "read_description", lambda _: pytest.fail("it was decoded again"))
        assert not watched.look(1.0)
    table = files.path.parent / "fleet.csv"
    table.write_text(table.read_text().replace("in_service", "failed", 1))
    assert watched.look(2.0)
    assert (watched.region.roster.state == ServerState.FAILED).sum() == 1
    still_say = description.still_say
    read: list[bool] = []
    monkeypatch.setattr(description, "still_say", lambda seen, digest: read.append(True) or still_say(seen, digest))
    assert not any(watched.look(float(moment)) for moment in range(3, 20))
    assert len(read) == description._SECOND_READINGS

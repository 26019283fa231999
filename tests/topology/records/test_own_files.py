"""What the user names is written whole, and only over what we wrote there ourselves and nobody changed."""

import os
import stat
import zlib
from pathlib import Path

import pytest

from topology.records import files
from topology.records.files import whole_file, write_whole
from topology.records.own_files import HTML_SEAL, PNG_SEAL, REGION_SEAL, NotWrittenError, Seal, write_own

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
SEALS = [(HTML_SEAL, b"<!doctype html>\n<p>a"), (REGION_SEAL, b"format = 1\n"), (PNG_SEAL, PIXEL)]
kinds = pytest.mark.parametrize(("seal", "data"), SEALS)


@kinds
def test_that_what_was_written_is_replaced_and_keeps_its_mode(seal: Seal, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "out"
    write_own(path, data, seal, "a test")
    path.chmod(0o640)

    write_own(path, data.replace(b"a", b"b"), seal, "a test")

    assert path.read_bytes() == seal.sealed(data.replace(b"a", b"b"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


@kinds
@pytest.mark.parametrize("change", [lambda one: one[:-1], lambda one: one + b"x", lambda one: b"", lambda one: b"mine"])
def test_that_what_was_changed_is_left_as_it_is(seal: Seal, data: bytes, change: object, tmp_path: Path) -> None:
    path = tmp_path / "out"
    write_own(path, data, seal, "a test")
    changed = change(path.read_bytes())  # type: ignore[operator]
    path.write_bytes(changed)

    with pytest.raises(NotWrittenError, match="not as a test wrote it; name another file, or remove it"):
        write_own(path, data, seal, "a test")
    assert path.read_bytes() == changed


def test_that_a_picture_without_its_seal_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "out.png"
    path.write_bytes(PIXEL)

    with pytest.raises(NotWrittenError):
        write_own(path, PIXEL, PNG_SEAL, "a test")
    assert path.read_bytes() == PIXEL


def test_that_the_seal_of_a_picture_is_a_whole_chunk() -> None:
    chunk = PNG_SEAL.sealed(PIXEL)[len(PIXEL) - 12 : -12]

    assert int.from_bytes(chunk[:4]) == len(chunk) - 12
    assert int.from_bytes(chunk[-4:]) == zlib.crc32(chunk[4:-4])
    assert PNG_SEAL.sealed(PIXEL)[-12:] == PIXEL[-12:]


@pytest.mark.parametrize("target", ["real", "gone"])
def test_that_a_link_is_not_followed(target: str, tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    write_own(real, b"x", REGION_SEAL, "a test")
    before = real.read_bytes()
    link.symlink_to(tmp_path / target)

    with pytest.raises(NotWrittenError, match="is a link, which is not followed"):
        write_own(link, b"y", REGION_SEAL, "a test")
    assert (real.read_bytes(), sorted(tmp_path.iterdir())) == (before, [link, real])


@pytest.mark.parametrize(("where", "why"), [("no/out", "there is no folder"), ("folder", "is not a regular file")])
def test_that_a_place_that_cannot_be_written_is_told(where: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(NotWrittenError, match=why):
        write_own(tmp_path / where, b"x", REGION_SEAL, "a test")
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]


def test_that_a_failure_leaves_what_was_there_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out"
    write_whole(path, b"before")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"after")
    with pytest.raises(ZeroDivisionError), whole_file(path) as file:
        file.write(b"%d" % (1 // 0))

    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"before", [path])


def test_that_a_new_file_is_the_users_own_or_as_open_as_others(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "own", b"")
        write_whole(tmp_path / "open", b"", None)
    finally:
        os.umask(before)

    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("own", "open")] == [0o600, 0o640]


def test_that_a_link_in_the_way_is_replaced_whole(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"real")
    link.symlink_to(real)

    write_whole(link, b"new")

    assert (link.is_symlink(), link.read_bytes(), real.read_bytes()) == (False, b"new", b"real")

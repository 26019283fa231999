"""Qt's data of ICU, made small: what sorts text in every language is left, and is read by Qt as before."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import icu
import PySide6
import pytest
import trimming

LIBRARIES = Path(PySide6.__file__).parent / "Qt" / "lib"
SORTING = """
from functools import cmp_to_key
from PySide6.QtCore import QCollator, QLocale
words = "zeta ärger apfel öl ofen Zoo \u0131 I i 漢 阿 10 9".split()
for name in "de_DE sv_SE zh_CN tr_TR en_US ja_JP".split():
    print(name, sorted(words, key=cmp_to_key(QCollator(QLocale(name)).compare)), QLocale(name).toUpper("istanbul ß"))
"""
needs_binutils = pytest.mark.skipif(not all(map(shutil.which, ("as", "ld"))), reason="there is no assembler here")


def test_that_a_package_of_items_is_read_as_it_was_written() -> None:
    items = {"icudt73l/coll/de.res": b"twelve bytes", "icudt73l/root.res": b"r" * 32, "icudt73l/a.icu": b""}
    found = icu.packed(b"\x7fELF" + bytes(60) + icu.package(items))
    assert {name: body.rstrip(b"\0") for name, body in found.items()} == items


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("coll/de.res", True),
        ("coll/ucadata.icu", True),
        ("root.res", True),
        ("en.res", True),
        ("pool.res", True),
        ("uts46.nrm", True),
        ("de.res", False),
        ("ar_SA.res", False),
        ("zone/de.res", False),
        ("brkitr/cjdict.dict", False),
        ("euc-tw-2014.cnv", False),
    ],
)
def test_that_sorting_and_comparing_stay_and_names_of_days_and_units_go(name: str, wanted: bool) -> None:
    assert icu.is_wanted(f"icudt73l/{name}") == wanted


@needs_binutils
def test_that_qt_sorts_every_language_as_before(tmp_path: Path) -> None:
    for library in LIBRARIES.glob("libicu*"):
        shutil.copy(library, tmp_path)
    (data,) = tmp_path.glob("libicudata.so.*")
    whole = data.stat().st_size
    icu.shrink(data)
    assert data.stat().st_size < whole / 4
    assert sorted_with(tmp_path) == sorted_with(LIBRARIES)


def sorted_with(libraries: Path) -> str:
    env = os.environ | {"LD_LIBRARY_PATH": str(libraries)}
    return subprocess.run([sys.executable, "-c", SORTING], env=env, capture_output=True, text=True, check=True).stdout


def test_that_another_library_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "libicudata.so.73").write_bytes(b"\x7fELF of another kind")
    with pytest.raises(icu.SetupError, match="No data of ICU"):
        icu.shrink(tmp_path / "libicudata.so.73")


@needs_binutils
def test_that_data_with_two_names_stays_one_file(tmp_path: Path) -> None:
    library = next(LIBRARIES.glob("libicudata.so.*"))
    (tmp_path / "lib").mkdir()
    shutil.copyfile(library, tmp_path / "lib" / library.name)
    (tmp_path / library.name).symlink_to(Path("lib") / library.name)
    trimming.shrink_data(tmp_path)
    assert (tmp_path / library.name).is_symlink()
    assert (tmp_path / "lib" / library.name).stat().st_size < library.stat().st_size / 3

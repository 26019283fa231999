"""No folder holds more files than can be taken in at a look."""

from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
AT_MOST = 15


def test_that_no_folder_holds_more_files_of_code_than_fifteen() -> None:
    rooms = (file for top in ("console", "topology", "tests", "resources") for file in (ROOT / top).rglob("*.py"))
    sizes = Counter(str(file.parent.relative_to(ROOT)) for file in rooms)

    assert len(sizes) > 100
    assert {folder: size for folder, size in sizes.items() if size > AT_MOST} == {}

"""Reading a description and its table from a folder that others may write into."""

from pathlib import Path

import pytest

from topology.records import description_file
from topology.records.description_file import read_description
from topology.region.errors import LinkError


@pytest.mark.parametrize("name", ["fleet.csv", "sub/fleet.csv"])
@pytest.mark.parametrize("part", ["file", "folder"])
def test_that_what_was_swapped_for_a_link_once_it_was_found_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, part: str
) -> None:
    folder, outside = tmp_path / "region", tmp_path / "outside"
    for place, text in ((folder / name, "inside\n"), (outside / "fleet.csv", "SECRET\n")):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    (folder / "region.toml").write_text(f'format = 1\nfleet = "{name}"\n')
    assert read_description(folder / "region.toml").fleet == b"inside\n"
    find = description_file._inside

    def find_and_swap(*arguments: object) -> Path:
        found = find(*arguments)  # type: ignore[arg-type]
        if part == "file" or found.parent == folder:
            found.unlink()
            found.symlink_to(outside / "fleet.csv")
        else:
            found.parent.rename(folder / "moved")
            found.parent.symlink_to(outside)
        return found

    monkeypatch.setattr(description_file, "_inside", find_and_swap)
    with pytest.raises(LinkError, match="could not be read"):
        read_description(folder / "region.toml")


def test_that_a_link_that_stays_inside_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "today.csv").write_text("inside\n")
    (tmp_path / "fleet.csv").symlink_to("tables/today.csv")
    (tmp_path / "region.toml").write_text('format = 1\nfleet = "fleet.csv"\n')
    assert read_description(tmp_path / "region.toml").fleet == b"inside\n"

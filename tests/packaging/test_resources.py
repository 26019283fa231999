"""Reading the data that ships with the program."""

import pytest

import resources


def test_that_a_file_is_read_by_its_name_in_the_resources() -> None:
    assert resources.path("fonts/B612-Regular.otf").name == "B612-Regular.otf"
    assert resources.path("fonts/B612-Regular.otf").read_bytes().startswith(b"OTTO")
    assert "SIL OPEN FONT LICENSE" in resources.text("fonts/LICENSE-B612.txt")


def test_that_a_folder_has_a_place_too() -> None:
    fonts = {file.name for file in resources.path("fonts").glob("*.otf")}
    assert fonts == {
        "B612-Regular.otf",
        "B612-Bold.otf",
        "B612-Italic.otf",
        "B612Mono-Regular.otf",
        "B612Mono-Bold.otf",
    }


@pytest.mark.parametrize("name", ["../pyproject.toml", "fonts/../../LICENSE", "/etc/hostname", "..\\LICENSE", ".."])
def test_that_no_name_leads_out_of_the_resources(name: str) -> None:
    with pytest.raises(ValueError, match="is not inside the resources"):
        resources.path(name)


def test_that_a_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"resource 'regions/atlantis\.toml' is not there"):
        resources.text("regions/atlantis.toml")

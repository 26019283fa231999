"""What a description may say of its status page, and every way to say it wrong, each with its place."""

import pytest

from tests.topology.status_page.regions import TEXT, region_of
from topology.region.description import RegionError
from topology.region.public.policy import TargetKind


def test_that_a_description_without_it_has_none() -> None:
    assert region_of(TEXT[: TEXT.index("[status_page]")]).status_page is None


def test_that_it_is_read_whole() -> None:
    policy = region_of().status_page
    assert policy is not None
    assert (policy.title, policy.address, policy.hold_s) == ("Status of the shop", "https://status.example.org/", 60.0)
    assert policy.title_of("store") == "The store"
    here, there = policy.targets
    assert (here.kind, here.address, here.stands_on) == (TargetKind.FOLDER, "/srv/www/status", "house")
    assert (there.kind, there.address) == (TargetKind.S3, "https://s3.eu.example.net/bucket/page/")
    assert (there.needs, there.stands_on) == (("elsewhere",), "s3.eu.example.net")


def test_that_a_promise_that_nobody_states_is_of_what_was_measured() -> None:
    policy = region_of().status_page
    assert policy is not None
    assert policy.promised_s() == 120.0
    assert policy.promised_s(25.0) == 240.0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("folder:/srv/www/status", "folder:www", "status_page.targets \"here\".to is 'folder:www'; a folder is named"),
        ("folder:/srv/www/status", "ftp://host/", 'write "folder:/srv/www/status"'),
        ("https://s3.eu.example.net/bucket/page", "https://s3.eu.example.net", "names no bucket"),
        ("https://s3.eu.example.net/", "https://me:secret@s3.eu.example.net/", "belong into the environment"),
        ("https://s3.eu.example.net/", "https://[::1/", "is no address"),
        ('["elsewhere"]', '["nowhere"]', "names 'nowhere', which is not a subsystem here"),
        ('name = "there"', 'name = "here"', "names 'here' twice"),
        ("STATUS_THERE", "a b", "environment is 'a b'"),
        (
            'store = "The store"',
            'shop = "x"',
            "status_page.titles.shop is no service of the region; known are post, store",
        ),
        ('hold = "1 min"', 'hold = "soon"', "status_page.hold is 'soon'"),
        ('hold = "1 min"', 'promise = "1 s"', "promise is shorter than every"),
        ('hold = "1 min"', 'held = "1 min"', "held is not known here"),
    ],
)
def test_that_what_is_wrong_is_named_with_its_place(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(RegionError) as found:
        region_of(TEXT.replace(old, new, 1))
    assert said in str(found.value)

"""A folder is published to whole, never through a link, never over what somebody else wrote, and never with what is older."""

import gc
import os
import threading
from pathlib import Path

import pytest

from tests.topology.publishing.drafts import INDEX, draft, holds_in, publisher
from topology.publishing import edition
from topology.publishing import publisher as publishing
from topology.publishing.edition import Edition
from topology.publishing.errors import ConflictError, OlderError, OtherSourceError, PassingError, PublishError
from topology.publishing.folder import FolderStorage
from topology.publishing.publisher import PageDraft, Publisher
from topology.publishing.storage import ANY, Deadline


def soon() -> Deadline:
    return Deadline(30.0)


def test_that_all_files_are_there_for_everybody_to_read(tmp_path: Path) -> None:
    done = publisher(FolderStorage(str(tmp_path))).publish(draft({"1-a": 1}))
    assert (done.number, done.written) == (1, 3)
    assert (tmp_path / "announcements" / "1-a.html").read_bytes() == b"one"
    assert holds_in((tmp_path / INDEX).read_bytes()) == {"1-a": 1}
    assert (tmp_path / INDEX).stat().st_mode & 0o777 == 0o644
    assert [one.name for one in tmp_path.rglob("*.part")] == []


def test_that_only_what_changed_is_written_again(tmp_path: Path) -> None:
    to = publisher(FolderStorage(str(tmp_path)))
    to.publish(draft({"1-a": 1}))
    assert to.publish(draft({"1-a": 1}, "later")).written == 2
    assert to.publish(draft({"1-a": 1}, "later")).written == 0


@pytest.mark.parametrize("holds", [{}, {"1-a": 1}, {"2-b": 9}])
def test_that_what_is_older_never_replaces_what_knows_more(tmp_path: Path, holds: dict[str, int]) -> None:
    publisher(FolderStorage(str(tmp_path))).publish(draft({"1-a": 2}))
    before = (tmp_path / INDEX).read_bytes()
    with pytest.raises(OlderError, match="announcement 1-a"):
        publisher(FolderStorage(str(tmp_path))).publish(draft(holds))
    assert (tmp_path / INDEX).read_bytes() == before


def test_that_of_two_consoles_that_know_the_same_the_later_page_stands(tmp_path: Path) -> None:
    one, other = (publisher(FolderStorage(str(tmp_path))) for _ in range(2))
    for number, to in enumerate((one, other, one, one, other), 1):
        assert to.publish(draft({"1-a": 1}, str(number))).number == number
        assert f'"text": "{number}"'.encode() in (tmp_path / INDEX).read_bytes()


def test_that_what_another_console_makes_of_another_description_is_left_alone_while_that_goes_on(
    tmp_path: Path,
) -> None:
    seconds = [0.0]
    one, other = (Publisher(FolderStorage(str(tmp_path)), lambda path: "text/plain", lambda: seconds[0]) for _ in "ab")
    ours, theirs = (draft({}, text)._replace(source=text, patience_s=180.0) for text in ("ours", "theirs"))
    one.publish(ours)
    for _ in range(4):
        seconds[0] += 60.0
        with pytest.raises(OtherSourceError, match=r"another description .* was silent for 180 s; .* type publish"):
            other.publish(theirs)
        assert b"ours" in (tmp_path / INDEX).read_bytes()
        one.publish(ours)
    seconds[0] += 179.0
    with pytest.raises(OtherSourceError):
        other.publish(theirs)
    for _ in range(3):  # nothing more comes of that one
        seconds[0] += 90.0
        left = publish_or_why(other, theirs)
    assert left == ""
    assert b"theirs" in (tmp_path / INDEX).read_bytes()
    # An operator who says so need not wait; and whoever knows an earlier version's page goes on with it.
    one.publish(ours._replace(patience_s=0.0))
    assert b"ours" in (tmp_path / INDEX).read_bytes()


def publish_or_why(to: Publisher, page: PageDraft) -> str:
    try:
        to.publish(page)
    except PublishError as error:
        return str(error)
    return ""


def test_that_a_description_that_changed_is_published_by_the_same_console_at_once_and_after_an_earlier_version(
    tmp_path: Path,
) -> None:
    to = publisher(FolderStorage(str(tmp_path)))
    to.publish(draft({}, "before"))
    later = publisher(FolderStorage(str(tmp_path)))
    later.publish(draft({}, "one")._replace(source="one", patience_s=180.0))
    later.publish(draft({}, "two")._replace(source="two", patience_s=180.0))
    assert b"two" in (tmp_path / INDEX).read_bytes()


def test_that_many_consoles_at_once_never_let_the_page_know_less(tmp_path: Path) -> None:
    gc.collect()  # what other tests left of Qt must not be collected in a thread of this one
    seen: list[dict[str, int]] = []
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            if (tmp_path / INDEX).exists():
                seen.append(holds_in((tmp_path / INDEX).read_bytes()))

    def publish(most: int) -> None:
        to = publisher(FolderStorage(str(tmp_path)))
        for number in range(1, most + 1):
            try:
                to.publish(draft({"1-a": number}, f"{most}"))
            except (OlderError, PassingError):
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    threads = [threading.Thread(target=publish, args=(most,)) for most in (4, 6, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    watcher.join()
    counts = [holds["1-a"] for holds in seen]
    assert counts == sorted(counts)
    assert holds_in((tmp_path / INDEX).read_bytes()) == {"1-a": 8}


def test_that_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(PublishError, match="links are not followed"):
        publisher(FolderStorage(str(tmp_path / "link"))).publish(draft({}))
    assert list((tmp_path / "real").iterdir()) == []


def test_that_a_link_inside_is_neither_followed_nor_read(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "page"
    outside.mkdir()
    folder.mkdir()
    (folder / "announcements").symlink_to(outside)
    with pytest.raises(PublishError, match="links are not followed"):
        publisher(FolderStorage(str(folder))).publish(draft({}))
    assert list(outside.iterdir()) == []


def test_that_a_link_in_the_place_of_a_file_is_refused_and_its_end_stays_as_it_is(tmp_path: Path) -> None:
    secret, folder = tmp_path / "secret", tmp_path / "page"
    folder.mkdir()
    secret.write_text("mine")
    (folder / edition.NAME).symlink_to(secret)
    with pytest.raises(PublishError, match="links are not followed"):
        publisher(FolderStorage(str(folder))).publish(draft({}))
    assert secret.read_text() == "mine"


@pytest.mark.parametrize("name", [INDEX, edition.NAME])
def test_that_what_somebody_else_wrote_is_not_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("hello")
    with pytest.raises(PublishError, match="underkeel did not write"):
        publisher(FolderStorage(str(tmp_path))).publish(draft({}))
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_that_the_page_of_another_region_is_not_written_over(tmp_path: Path) -> None:
    publisher(FolderStorage(str(tmp_path))).publish(draft({}))
    with pytest.raises(PublishError, match="'shop', another region"):
        publisher(FolderStorage(str(tmp_path))).publish(draft({}, region="elsewhere"))


def test_that_a_named_pipe_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / edition.NAME)
    with pytest.raises(PublishError, match="no regular file"):
        publisher(FolderStorage(str(tmp_path))).publish(draft({}))


def test_that_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="No such file"):
        publisher(FolderStorage(str(tmp_path / "nowhere"))).publish(draft({}))


def test_that_a_claim_of_somebody_who_is_gone_is_taken_over_and_a_living_one_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "GONE_S", 0.5)
    monkeypatch.setattr(publishing, "LOOK_EACH_S", 0.05)
    left = Edition("shop", 7, "gone", is_complete=False, holds={"1-a": 1})
    FolderStorage(str(tmp_path)).write(edition.NAME, edition.written(left), "", ANY, soon())
    done = publisher(FolderStorage(str(tmp_path))).publish(draft({"1-a": 1}))
    assert done.number == 8
    assert done.seconds >= 0.5


def test_that_a_file_that_changed_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    storage = FolderStorage(str(tmp_path))
    storage.write("a", b"1", "", None, soon())
    there = storage.read("a", soon())
    assert there is not None
    storage.write("a", b"2", "", there.tag, soon())
    for expected in (there.tag, None):
        with pytest.raises(ConflictError):
            storage.write("a", b"3", "", expected, soon())
    assert (tmp_path / "a").read_bytes() == b"2"

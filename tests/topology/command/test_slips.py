"""Which commands are one slip away: an example of each kind, and what is not among them."""

import pytest

from topology.command.grammar.syntax import Place
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse, parse_whole
from topology.command.slips import LAYOUTS, MOST_SLIPS, Slip, SlipKind, each_slip, slips_of
from topology.command.slips.keyboards import AZERTY, NUMBER_PAD, QWERTY, QWERTZ, KeyboardLayout
from topology.command.slips.names import one_edit_away
from topology.command.slips.numbers import padded_slips

CELLS = tuple(Place(zone, cell) for zone in ("az1", "az4") for cell in ("c1", "c2"))
VOCABULARY = Vocabulary(
    subsystems=("billing", "billings", "index", "metering"),
    externals=("indexx",),
    zones=("az1", "az4", "west"),
    cells=CELLS,
    racks={rack: tuple(Place(cell.zone, cell.cell, rack) for cell in CELLS) for rack in ("r1", "r12", "r2", "r21")},
    server_names=tuple(f"billing-{number:04}" for number in range(1, 421)),
    pace_per_minute=20,
)


def slips(text: str, layout: KeyboardLayout = QWERTY) -> dict[str, SlipKind]:
    reading = parse(text, VOCABULARY)
    assert reading.command is not None, reading.error
    return {slip.text: slip.kind for slip in slips_of(reading, VOCABULARY, layout)}


def only(text: str, layout: KeyboardLayout = QWERTY) -> Slip:
    """Give the slip of the usual command that has this text."""
    reading = parse("remove 40 servers from billing", VOCABULARY)
    return next(slip for slip in slips_of(reading, VOCABULARY, layout) if slip.text == text)


@pytest.mark.parametrize(
    ("typed", "slip", "kind"),
    [
        ("remove 400 from index", "remove 40 from index", SlipKind.DIGIT_DROPPED),
        ("remove 40 from index", "remove 400 from index", SlipKind.ZERO_ADDED),
        ("remove 40 from index", "remove 440 from index", SlipKind.DIGIT_DOUBLED),
        ("remove 14 from index", "remove 41 from index", SlipKind.DIGITS_SWAPPED),
        ("remove 14 from index", "remove 15 from index", SlipKind.NEIGHBOURING_KEY),
        ("remove 12 from index", "remove 212 from index", SlipKind.NEIGHBOURING_KEY),
        ("remove 10% from index", "remove 100% from index", SlipKind.ZERO_ADDED),
        ("remove 10% from index", "remove 10 from index", SlipKind.PERCENT_LOST),
        ("remove 10 from index", "remove 10% from index", SlipKind.PERCENT_GAINED),
        ("remove 9 from index where name = b-0*", "remove 9 from index where name = b0*", SlipKind.SEPARATOR_LOST),
        ("remove 9 from index where name = [b-]_*", "remove 9 from index where name = [b-]*", SlipKind.SEPARATOR_LOST),
        (
            "remove 9 from index where name = billing*",
            "remove 9 from index where name = billing-*",
            SlipKind.SEPARATOR_GAINED,
        ),
        (
            "remove 9 from index where name = billing00*",
            "remove 9 from index where name = billing-00*",
            SlipKind.SEPARATOR_GAINED,
        ),
        ("restore 40 to index", "restore 4 to index", SlipKind.DIGIT_DROPPED),
        ("remove 4 from index at 5/min", "remove 4 from index at 4/min", SlipKind.NEIGHBOURING_KEY),
        ("remove 1_000 from index", "remove 100 from index", SlipKind.DIGIT_DROPPED),
        ("remove 1_000 from index", "remove 10_000 from index", SlipKind.ZERO_ADDED),
        (
            "remove 4 from index where name = billing-00*",
            "remove 4 from index where name = billing-0*",
            SlipKind.DIGIT_DROPPED,
        ),
        ("remove 4 from billing", "remove 4 from billings", SlipKind.OTHER_NAME),
        ("remove 4 from index in az1", "remove 4 from index in az4", SlipKind.OTHER_NAME),
        ("remove 4 from index in az1/c1", "remove 4 from index in az1/c2", SlipKind.OTHER_NAME),
        ("remove 4 from index in az1/c1/r12", "remove 4 from index in az1/c1/r21", SlipKind.OTHER_NAME),
        ("remove 4 from index where rack = r12", "remove 4 from index where rack = r1", SlipKind.OTHER_NAME),
        ("remove 4 from index where cell = az1/c1", "remove 4 from index where cell = az1/c2", SlipKind.OTHER_NAME),
        ("remove servers billing-0077", "remove servers billing-0177", SlipKind.OTHER_NAME),
        ("remove servers billing-0077", "remove servers billing-0078", SlipKind.NEIGHBOURING_KEY),
        ("remove servers billing-0001..0040", "remove servers billing-0001..0004", SlipKind.DIGIT_DROPPED),
        ("remove servers billing-0001..0040", "remove servers billing-0001..0400", SlipKind.ZERO_ADDED),
        ("remove servers billing-0012..0040", "remove servers billing-0001..0040", SlipKind.DIGIT_DROPPED),
        ("remove servers billing-0001..billing-0040", "remove servers billing-0001..billing-0060", SlipKind.OTHER_NAME),
        ("remove 4 from index in az4", "remove 4 from index", SlipKind.FORGOTTEN),
        ("remove 4 from index where rack = r12 at 5/min", "remove 4 from index at 5/min", SlipKind.FORGOTTEN),
        ("remove 4 from index in az4 at 5/min", "remove 4 from index in az4", SlipKind.FORGOTTEN),
        ('remove 4 from index because "spare"', "remove 4 from index", SlipKind.FORGOTTEN),
        ("remove 4 from index, billing", "remove 4 from index", SlipKind.FORGOTTEN),
        ("remove 4 from index, billing", "remove 4 from billing", SlipKind.FORGOTTEN),
        ("remove 4 from index in az1 az4", "remove 4 from index in az1", SlipKind.FORGOTTEN),
        ("remove 4 from index in az1/c1", "remove 4 from index in az1", SlipKind.FORGOTTEN),
        ("remove 4 from index where not rack = r12", "remove 4 from index where rack = r12", SlipKind.FORGOTTEN),
        (
            "remove 4 from index where rack = r12 and zone = az1",
            "remove 4 from index where rack = r12",
            SlipKind.FORGOTTEN,
        ),
        (
            "remove 4 from index where rack = r12 and zone = az1",
            "remove 4 from index where zone = az1",
            SlipKind.FORGOTTEN,
        ),
        (
            "remove 4 from index where rack in (r1, r12) or zone = west",
            "remove 4 from index where rack in (r1) or zone = west",
            SlipKind.FORGOTTEN,
        ),
        (
            "remove 4 from index where rack in (r1, r12) or zone = west",
            "remove 4 from index where zone = west",
            SlipKind.FORGOTTEN,
        ),
        ("remove 4 from index where rack = az1/c1/r12", "remove 4 from index where rack = r12", SlipKind.FORGOTTEN),
        ("remove servers billing-0001..0040", "remove servers billing-0001", SlipKind.FORGOTTEN),
        ("remove servers billing-0001, billing-0077", "remove servers billing-0001", SlipKind.FORGOTTEN),
    ],
)
def test_that_each_kind_of_slip_is_found(typed: str, slip: str, kind: SlipKind) -> None:
    assert slips(typed)[slip] == kind


def test_that_the_slips_of_a_usual_command_are_exactly_these() -> None:
    found = slips("remove 40 servers from index in az4")
    assert list(found) == [
        "remove 4 servers from index in az4",
        "remove 400 servers from index in az4",
        "remove 440 servers from index in az4",
        "remove 30 servers from index in az4",
        "remove 340 servers from index in az4",
        "remove 430 servers from index in az4",
        "remove 50 servers from index in az4",
        "remove 540 servers from index in az4",
        "remove 450 servers from index in az4",
        "remove 49 servers from index in az4",
        "remove 490 servers from index in az4",
        "remove 409 servers from index in az4",
        "remove 40% servers from index in az4",
        "remove 40 servers from index",
        "remove 40 servers from index in az1",
    ]


def test_that_one_meaning_is_found_once_however_many_slips_lead_to_it() -> None:
    texts = list(slips("remove 4 from index in az1 az4"))
    assert "remove 4 from index in az1" in texts
    assert texts.count("remove 44 from index in az1 az4") == 1


def test_that_two_texts_of_one_meaning_are_one_slip() -> None:
    found = list(slips("remove 4 from index where rack = r1 or (rack = r1 or rack = r12)"))
    assert "remove 4 from index where (rack = r1 or rack = r12)" in found
    assert "remove 4 from index where rack = r1 or (rack = r12)" not in found  # which says the same


def test_that_another_spelling_of_the_same_command_is_no_slip() -> None:
    assert "remove 4 servers from index" not in slips("remove 4 from index")
    assert "remove 4 from index where zone = az1" not in slips("remove 4 from index where (zone = az1)")


def test_that_a_number_never_becomes_what_the_language_refuses() -> None:
    found = slips("remove 20% from index at 15/min")
    percentages = [int(text.split()[1][:-1]) for text in found if text.split()[1].endswith("%")]
    paces = [int(text.split()[-1].removesuffix("/min")) for text in found if text.endswith("/min")]
    assert max(percentages) <= 100
    assert "remove 0% from index at 15/min" not in found
    assert max(paces) <= 20  # the policy's


def test_that_names_the_region_does_not_have_are_never_proposed() -> None:
    found = slips("remove servers billing-0420")
    assert "remove servers billing-0429" not in found
    assert "remove servers billing-0410" in found


def test_that_an_external_is_never_proposed_to_remove_from() -> None:
    assert not any("indexx" in text for text in slips("remove 4 from index"))


@pytest.mark.parametrize(
    "text", ["undo 1204", "headroom billing", "explain index", "stop", "help", "remove 40 from", ""]
)
def test_that_only_commands_that_plan_something_have_slips(text: str) -> None:
    assert slips_of(parse(text, VOCABULARY), VOCABULARY) == ()


def test_that_a_long_command_has_no_more_slips_than_anybody_waits_for() -> None:
    text = "remove servers " + ", ".join(f"billing-{number:04}" for number in range(1, 100, 2))
    reading = parse(text, VOCABULARY)
    found = slips_of(reading, VOCABULARY)
    assert len(found) == MOST_SLIPS
    assert found == tuple(slip for slip, _ in zip(each_slip(reading, VOCABULARY), found, strict=False))


def test_that_a_dropped_character_leaves_an_empty_span_where_it_was() -> None:
    slip = only("remove 4 servers from billing")
    assert slip.at == ((8, 8),)


def test_that_an_added_character_is_the_difference() -> None:
    slip = only("remove 400 servers from billing")
    ((start, end),) = slip.at
    assert slip.text[start:end] == "0"
    assert slip.text[: start + 1] == "remove 400"[: start + 1]


def test_that_a_changed_name_is_marked_where_it_differs() -> None:
    reading = parse("remove 4 from index in az1/c1", VOCABULARY)
    slip = next(slip for slip in slips_of(reading, VOCABULARY) if slip.text.endswith("az1/c2"))
    ((start, end),) = slip.at
    assert slip.text[start:end] == "2"


def test_that_five_and_the_percent_sign_share_a_key_where_they_do() -> None:
    for layout in (QWERTY, QWERTZ):
        assert slips("remove 10% from index", layout)["remove 105 from index"] == SlipKind.PERCENT_LOST
        assert slips("remove 15 from index", layout)["remove 1% from index"] == SlipKind.PERCENT_GAINED
    for layout in (AZERTY, NUMBER_PAD):
        assert "remove 105 from index" not in slips("remove 10% from index", layout)
        assert "remove 1% from index" not in slips("remove 15 from index", layout)


def test_that_neighbours_on_the_number_pad_lie_in_both_directions() -> None:
    assert NUMBER_PAD.beside["5"] == "2468"
    assert NUMBER_PAD.beside["0"] == "12"
    assert "remove 70 from index" in slips("remove 40 from index", NUMBER_PAD)
    assert "remove 70 from index" not in slips("remove 40 from index", QWERTY)


def test_that_neighbours_in_a_row_lie_to_the_left_and_right() -> None:
    assert QWERTY.beside["1"] == "2"
    assert QWERTY.beside["0"] == "9"
    assert QWERTY.beside["5"] == "46"


def test_that_neighbours_are_neighbours_of_each_other_on_every_layout() -> None:
    for layout in LAYOUTS.values():
        assert sorted(layout.beside) == list("0123456789")
        for key, others in layout.beside.items():
            assert key not in others
            assert all(key in layout.beside[other] for other in others)


def test_that_the_number_of_a_server_keeps_its_length() -> None:
    found = list(padded_slips("0400", QWERTY))
    assert (SlipKind.ZERO_ADDED, "4000") in found
    assert (SlipKind.DIGIT_DROPPED, "0040") in found
    assert {len(digits) for _, digits in found} == {4}


def test_that_names_are_looked_up_rather_than_read_through() -> None:
    asked = 0

    class Counting(tuple[str, ...]):
        __slots__ = ()

        def __getitem__(self, place: object) -> object:
            nonlocal asked
            asked += 1
            return super().__getitem__(place)  # type: ignore[index]

    names = Counting(f"billing-{number:07}" for number in range(1, 200_001))
    found = one_edit_away("billing-0000077", names)  # type: ignore[arg-type]
    assert "billing-0000078" in found
    assert "billing-0100077" in found
    assert (
        len(found) == 1 + 5 * 9 + 1
    )  # one digit more, any other digit in five places, 77 swapped with the zero before
    assert 0 < asked < 5_000


def test_that_a_separator_is_added_only_where_names_have_one() -> None:
    for pattern in ("billing-*", "index*", "bill*", "*billing*", "billing-00*", "metering[0-9]*"):
        found = slips(f"remove 9 from index where name = {pattern}")
        assert SlipKind.SEPARATOR_GAINED not in found.values(), pattern


def test_that_every_spelling_of_a_dash_between_servers_is_told_as_the_run() -> None:
    dashes = ("-", " - ", "\u2013", " \u2013 ", "\u2014", "\u2212", "\u2011", " to ", " through ")
    spelled = [f"billing-0001{dash}{last}" for dash in dashes for last in ("0004", "billing-0004")]
    for text in (*spelled, "billing-[0001..0004]", "billing-{0001..0004}", "billing-{0001-0004}"):
        for before in ("remove servers ", "remove ", "restore servers "):
            for after in ("", ", billing-0007", " at 5/min"):
                verb = before.split()[0]
                error = parse_whole(f"{before}{text}{after}", VOCABULARY).error
                assert error is not None, text
                assert error.suggestion == f"{verb} servers billing-0001..0004{after}", text


def test_that_a_dash_between_names_that_are_not_there_is_told_as_no_run() -> None:
    for text in ("billing-0004 - billing-0001", "billing-0001 to index-0004", "billing-0001 - 9999"):
        error = parse_whole(f"remove servers {text}", VOCABULARY).error
        assert error is not None
        assert ".." not in (error.suggestion or ""), text

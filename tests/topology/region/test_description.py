"""Reading a region: what is accepted, what is refused and in which words, all at once and never with a guess."""

import pickle
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topology.strategies import region_texts
from topology.fleet.fleet import Fleet
from topology.region.description import LARGEST_TEXT, RegionError, fleet_file_of, read_region
from topology.region.problems.problem import Problem, floor_path
from topology.region.region import Amount, Region
from topology.region.server_states import ServerState

HEAD = 'format = 1\n[region]\nname = "r"\nzones = ["az1", "az2"]\n[policy]\npace = "20/min"\nlargest_command = "5%"\n'
INDEX = '[[subsystem]]\nname = "index"\nfloor = "90%"\n'
POOL = '[[pool]]\nname = "p"\ncount = 10\nsupports = ["index"]\n'
GOOD = HEAD + INDEX + POOL
TABLE = "name,zone,cell,rack,state,supports\n"
WITH_TABLE = 'fleet = "fleet.csv"\n' + HEAD + INDEX


def problems(text: str, fleet: bytes | None = None) -> tuple[str, ...]:
    with pytest.raises(RegionError) as caught:
        read_region(text, "r.toml", fleet)
    return caught.value.problems


def only(text: str, fleet: bytes | None = None) -> str:
    (problem,) = problems(text, fleet)
    return problem


def test_that_a_region_is_read_as_it_is_written() -> None:
    region = read_region(
        GOOD
        + '[[freeze]]\nfrom = 2017-02-28T00:00:00Z\nuntil = 2017-03-01T00:00:00Z\nreason = "quarter end"\n'
        + '[[subsystem]]\nname = "lambda"\nexternal = true\n'
        + '[[dependency]]\nfrom = "lambda"\nto = "index"\nfor = ["PUT"]\n',
        "r.toml",
    )
    assert (region.name, region.zones, len(region.roster)) == ("r", ("az1", "az2"), 10)
    assert region.policy.pace_per_minute == 20
    assert region.policy.largest_command == Amount(5, percent=True)
    assert region.policy.largest_count(10) == 1
    assert region.subsystem("index").floor == Amount(90, percent=True)
    assert region.freezes[0].start == datetime(2017, 2, 28, tzinfo=UTC)
    assert region.dependencies[0].operations == ("PUT",)
    assert (region.gaps, region.remarks) == ((), ())


@given(region_texts())
def test_that_the_same_text_is_the_same_region(text: str) -> None:
    one, other = read_region(text, "one"), read_region(text, "other")
    assert one.digest == other.digest
    assert one.roster.names == other.roster.names
    assert (Fleet(one).capacity == Fleet(other).capacity).all()


@given(region_texts())
def test_that_servers_are_ordered_by_zone_cell_rack_and_name_as_people_count(text: str) -> None:
    roster = read_region(text, "r").roster
    places = [(*roster.racks[rack], name) for rack, name in zip(roster.rack.tolist(), roster.names, strict=True)]

    def counted(place: tuple[str, str, str, str]) -> tuple[int, int, int, str]:
        zone, cell, rack, name = place
        return int(zone[2:]), int(cell[1:]), int(rack[1:]), name

    assert places == sorted(places, key=counted)


@given(st.text(max_size=200))
def test_that_any_text_is_a_region_or_sentences(text: str) -> None:
    with pytest.raises(RegionError) as caught:
        read_region(text, "r.toml")
    assert all(problem.startswith("r.toml: ") for problem in caught.value.problems)
    assert fleet_file_of(text) is None


@given(st.sampled_from(GOOD.splitlines()), st.text(max_size=30))
def test_that_any_line_in_a_region_may_be_wrong(line: str, other: str) -> None:
    try:
        read_region(GOOD.replace(line, other), "r.toml")
    except RegionError as error:
        assert error.problems


def test_that_all_problems_are_named_at_once() -> None:
    found = problems(
        'format = 2\nsize = 3\n[region]\nname = "R!"\nzones = []\n[policy]\npace = "fast"\n[[subsystem]]\nfloor = "101%"\n'
    )
    assert [problem.partition(" ")[2].partition(" ")[0] for problem in found] == [
        "size",
        "format",
        "region.name",
        "region.zones",
        "policy.pace",
        "subsystem",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty; a description starts with format = 1"),
        (" \n\t\n", "is empty"),
        ("# nothing\n", "format is None"),
        ("{ not toml", "is not TOML"),
        ("a = " + "9" * 5000, "is not TOML"),
        ("[" * 100_000, "nested too deeply|is not TOML"),
        ("x" * (LARGEST_TEXT + 1), "characters, more than 16,777,216; put the servers into a fleet table"),
    ],
    ids=["empty", "blank", "comment", "not-toml", "number", "nested", "huge"],
)
def test_that_a_file_that_is_no_description_is_refused(text: str, words: str) -> None:
    assert any(one in problems(text)[0] for one in words.split("|"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("format = 1", "format = 7", "format is 7; this version reads format = 1"),
        ("[policy]", "[policy]\nlargest_comand = 3", "policy.largest_comand is not known here; known are "),
        ("[policy]", '[policy]\n"odd key" = 3', "policy.'odd key' is not known here"),
        ('name = "r"', 'name = "us east"', "region.name is 'us east'; a name is letters, digits"),
        ('name = "r"', 'name = "a\\nb"', "region.name is 'a\\nb'; a name"),
        ('name = "r"', 'name = "a\\u202eb"', "region.name is 'a\\u202eb'; a name"),
        ('name = "r"', 'name = "<b>r</b>"', "region.name is '<b>r</b>'; a name"),
        ('name = "r"', f'name = "{"a" * 254}"', "region.name is 'aaaa"),
        ('name = "r"', "name = 5", "region.name is 5; a name"),
        ('name = "r"', 'name = "r"\ntitle = "N.\\nVirginia"', "region.title holds the character U+000A, which cannot be"),
        ('name = "r"', 'name = "r"\ntitle = "a\\u200fb"', "region.title holds the character U+200F"),
        ('name = "r"', 'name = "r"\ntitle = 5', "region.title is 5; write a text in quotes"),
        ('name = "r"', 'name = "r"\nillustrative = "no"', "region.illustrative is 'no'; write true or false"),
        ('name = "r"', 'name = "r"\ntime_zone = "Mars/Olympus"', "region.time_zone is 'Mars/Olympus', which is not a known"),
        ('"az2"]', '"az1"]', "region.zones holds 'az1' twice"),
        ('zones = ["az1", "az2"]', 'zones = "az1"', "region.zones is 'az1'; write a list of texts in quotes"),
        ('pace = "20/min"', "pace = 20", 'policy.pace is 20; write servers per minute, as in "20/min"'),
        ('pace = "20/min"', 'pace = "0/min"', "policy.pace is '0/min'"),
        ('"5%"', '"5.55%"', "policy.largest_command is wrong: '5.55%' is not a percentage"),
        ('floor = "90%"', 'floor = "100.1%"', 'subsystem "index".floor is wrong: 100.1% is more than 100%'),
        ('floor = "90%"', "floor = 1\nunavailable = 1", 'subsystem "index".unavailable is stated beside floor'),
        ('floor = "90%"', "zone_floor = { az9 = 1 }", "subsystem \"index\".zone_floor names 'az9', which is not a zone"),
        ('floor = "90%"', 'floor = 1\ncell_floor = { "az1" = 1 }', "subsystem \"index\".cell_floor names 'az1'; write zone"),
        ('"5%"', "0", "policy.largest_command is 0, so nothing could ever be removed"),
        ('floor = "90%"', 'floor = "101%"', 'subsystem "index".floor is wrong: 101% is more than 100%'),
        ('floor = "90%"', 'floor = "90"', "subsystem \"index\".floor is wrong: '90' is not a percentage; write a count"),
        ('floor = "90%"', "floor = -1", 'subsystem "index".floor is wrong: -1 is not between 0 and 1,000,000,000'),
        ('floor = "90%"', "floor = 0.9", 'subsystem "index".floor is wrong: 0.9 is neither a count nor a percentage'),
        ('floor = "90%"', "floor = true", 'subsystem "index".floor is wrong: True is neither'),
        ('floor = "90%"', 'floor = "\uff190%"', "subsystem \"index\".floor is wrong: '\uff190%' is not a percentage"),
        ('floor = "90%"', "floor = 1\nceiling = '3'", "subsystem \"index\".ceiling is '3'; write a whole number"),
        ("count = 10", "count = 1e3", 'pool "p".count is 1000.0; write a whole number from 0'),
        ("count = 10", "count = 99999999999", 'pool "p".count is 99999999999; write a whole number'),
        ("count = 10", "count = 30_000_000", 'pool "p".count makes 30,000,000 servers in all; at most 10,000,000 are read'),
        ('["index"]', '["indx"]', "pool \"p\".supports names 'indx', which is not a subsystem here"),
        ('["index"]', '["index:0"]', "pool \"p\".supports holds 'index:0'; write a subsystem, or subsystem:units"),
        ('["index"]', '["index", "index:2"]', "pool \"p\".supports names 'index' twice"),
        ('["index"]', '["index"]\nzones = "az9"', "pool \"p\".zones is 'az9', which is not a zone of the region"),
        ('["index"]', '["index"]\nstate = "asleep"', "pool \"p\".state is 'asleep'; a state is one of joining, in_service"),
    ],
)  # fmt: skip
def test_that_a_wrong_value_is_named_with_its_place_and_what_was_wanted(old: str, new: str, problem: str) -> None:
    assert old in GOOD
    assert problems(GOOD.replace(old, new, 1))[0].startswith(f"r.toml: {problem}")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (INDEX, 'subsystem "index" is described twice; names are unique'),
        (POOL, 'server "p-0001" is listed twice; names are unique in a region'),
        (
            '[[dependency]]\nfrom = "index"\nto = "nowhere"\n',
            "dependency 1.to names 'nowhere', which is not a subsystem",
        ),
        ('[[dependency]]\nfrom = "index"\nto = "index"\n', "dependency 1 says that index needs itself; leave it out"),
        ('[[dependency]]\nfrom = "index"\nto = "x"\nkind = "firm"\n', "dependency 1.kind is 'firm'; a dependency is"),
        (
            "[[freeze]]\nfrom = 2017-02-28\nuntil = 2017-03-01T00:00:00Z\n",
            "freeze 1.from is 2017-02-28; write",
        ),
        (
            "[[freeze]]\nfrom = 2017-02-28T00:00:00\nuntil = 2017-03-01T00:00:00Z\n",
            "freeze 1.from is 2017-02-28T00:00:00; write",
        ),
        (
            "[[freeze]]\nfrom = 2017-03-01T00:00:00Z\nuntil = 2017-02-01T00:00:00Z\n",
            "freeze 1.until is 2017-02-01T00:00:00+00:00, not after from",
        ),
        ('[[subsystem]]\nname = "x"\nexternal = true\nfloor = 3\n', 'subsystem "x".floor is stated for an external'),
        (
            '[[subsystem]]\nname = "x"\nfloor = 0\nreports_on = ["y"]\n',
            "subsystem \"x\".reports_on names 'y', which is not",
        ),
        ('[[subsystem]]\nname = "x"\nfloor = 0\nlast_full_restart = "2009"\n', 'subsystem "x".last_full_restart is'),
        ("subsystem = 3\n", None),
    ],
)
def test_that_what_does_not_fit_together_is_named(more: str, problem: str | None) -> None:
    found = problems(GOOD + more)
    assert problem is None or any(one.startswith(f"r.toml: {problem}") for one in found)


def test_that_a_server_of_an_external_is_refused() -> None:
    text = HEAD + '[[subsystem]]\nname = "index"\nexternal = true\n' + POOL
    assert only(text) == "r.toml: pool \"p\".supports names 'index', which is an external, which has no servers here"


def test_that_a_huge_value_is_cut_short_in_the_message() -> None:
    assert len(only(GOOD.replace('name = "r"', f'name = "{"A" * 100_000}"'))) < 400


def test_that_of_very_many_problems_the_first_hundred_are_named() -> None:
    found = problems(GOOD + "".join(f'[[dependency]]\nfrom = "a{n}"\nto = "index"\n' for n in range(150)))
    assert len(found) == 101
    assert found[-1] == "r.toml: and 50 more problems"


def test_that_a_dependency_cycle_is_allowed() -> None:
    more = '[[subsystem]]\nname = "b"\nexternal = true\n'
    more += "".join(
        f'[[dependency]]\nfrom = "{one}"\nto = "{other}"\n' for one, other in (("index", "b"), ("b", "index"))
    )
    assert len(read_region(GOOD + more, "r.toml").dependencies) == 2


def gaps_of(text: str) -> tuple[str, ...]:
    return read_region(text, "r.toml").gaps


def test_that_a_missing_floor_loads_and_is_reported() -> None:
    text = GOOD.replace('floor = "90%"\n', "")
    sentence = "is missing, so every plan that touches it is refused; 0 must be written"
    assert gaps_of(text) == (f'r.toml: subsystem "index".floor {sentence}',)
    assert gaps_of(GOOD.replace('"90%"', "0")) == ()
    assert gaps_of(text.replace(POOL, "")) == ()


def test_that_a_missing_floor_knows_which_key_is_meant_in_another_process_too() -> None:
    (gap,) = gaps_of(GOOD.replace('floor = "90%"\n', ""))
    copied = pickle.loads(pickle.dumps(gap))
    assert isinstance(copied, Problem)
    assert (gap.path, copied.path) == (floor_path("index"), floor_path("index"))
    assert copied.located == gap.located


@pytest.mark.parametrize("key", ["pace", "largest_command"])
def test_that_a_policy_without_its_limits_loads_and_is_reported(key: str) -> None:
    lines = [line for line in GOOD.splitlines() if not line.startswith(key)]
    (gap,) = gaps_of("\n".join(lines))
    assert gap.startswith(f"r.toml: policy.{key} is missing, so every removal is refused; write one such as {key} = ")


@pytest.mark.parametrize(
    ("old", "new", "remark"),
    [
        ('"90%"', "11", 'subsystem "index".floor is 11, above the 10 declared; it can never hold'),
        ('"90%"', "1\nzone_floor = 6", 'subsystem "index".zone_floor is 6, above the 5 in az1; it can never hold there'),
        ('"90%"', "1\ncell_floor = 6", 'subsystem "index".cell_floor is 6, above the 5 in az1/c1; it can never hold there'),
        ('"90%"', "5\nceiling = 4", 'subsystem "index".ceiling is 4, below the floor of 5'),
        ('"90%"', "0\ndeclared = 9", 'subsystem "index".declared is 9, fewer than the 10 units listed'),
        ("count = 10", "count = 0", 'subsystem "index" has no servers; nothing can be removed from it'),
        ('supports = ["index"]', 'supports = ["index"]\nzones = "az1"', 'zone "az2" has no servers'),
    ],
)  # fmt: skip
def test_that_what_is_legal_and_worth_a_look_is_remarked(old: str, new: str, remark: str) -> None:
    region = read_region(GOOD.replace(old, new, 1), "r.toml")
    assert f"r.toml: {remark}" in region.remarks
    Fleet(region)


def test_that_titles_with_markup_are_plain_text() -> None:
    assert read_region(GOOD.replace('name = "r"', 'name = "r"\ntitle = "<b>N</b>"'), "r").title == "<b>N</b>"


def test_that_pools_spread_over_zones_cells_and_racks_and_may_be_in_any_state() -> None:
    more = 'cells_per_zone = 2\nservers_per_rack = 2\nstate = "joining"\n'
    roster = read_region(GOOD + more, "r.toml").roster
    assert roster.zones == ("az1", "az2")
    assert roster.cells == (("az1", "c1"), ("az1", "c2"), ("az2", "c1"), ("az2", "c2"))
    assert {roster.racks[rack] for rack in roster.rack.tolist()} == {
        ("az1", "c1", "r1"),
        ("az1", "c1", "r2"),
        ("az1", "c2", "r1"),
        ("az2", "c1", "r1"),
        ("az2", "c1", "r2"),
        ("az2", "c2", "r1"),
    }
    assert set(roster.state.tolist()) == {ServerState.JOINING}


def test_that_racks_of_two_pools_in_a_cell_are_apart() -> None:
    more = '[[pool]]\nname = "q"\ncount = 2\nsupports = ["index"]\nzones = "az1"\n'
    roster = read_region(GOOD + more, "r.toml").roster
    of_q = {roster.racks[roster.rack[number]] for number, name in enumerate(roster.names) if name.startswith("q")}
    assert of_q == {("az1", "c1", "r2")}


def table(*rows: str) -> bytes:
    return (TABLE + "".join(f"{row}\n" for row in rows)).encode()


def read_table(*rows: str) -> Region:
    return read_region(WITH_TABLE, "r.toml", table(*rows))


def test_that_a_fleet_table_is_read() -> None:
    region = read_table("s2,az2,c1,r1,failed,index:3", "s1,az1,c1,r1,in_service,index")
    assert fleet_file_of(WITH_TABLE) == "fleet.csv"
    assert region.roster.names == ("s1", "s2")
    fleet = Fleet(region)
    assert fleet.scopes.declared.tolist() == [4, 1, 3, 1, 3]
    assert fleet.capacity.tolist() == [1, 1, 0, 1, 0]


def test_that_a_fleet_table_that_could_not_be_read_is_named() -> None:
    assert only(WITH_TABLE) == (
        "r.toml: fleet names 'fleet.csv', which could not be read; it must be a regular file in the region's folder"
    )


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("s1,az1,c1,r1,in_service", "has 5 columns instead of 6"),
        ("S 1,az1,c1,r1,in_service,index", "holds 'S 1', which is not a name"),
        ("s1,az9,c1,r1,in_service,index", "puts s1 into 'az9', which is not a zone of the region"),
        ("s1,az1,c1,r1,asleep,index", "says that s1 is 'asleep'; a state is one of"),
        ("s1,az1,c1,r1,in_service,indx", "names 'indx', which is not a subsystem here"),
        ("s1,az1,c1,r1,in_service,index index", "names 'index' twice"),
        ("s1,az1,c1,r1,in_service,index:-2", "holds 'index:-2'; write a subsystem"),
        ("s0-00007,az1,c1,r1,in_service,index", "lists s0-00007 again; it is on line 8 already"),
        (f"s1,az1,{'1' * 5000},r1,in_service,index", "holds '1111"),
    ],
)
def test_that_one_bad_row_among_many_is_named_with_its_line(row: str, problem: str) -> None:
    rows = [f"s0-{number:05},az1,c1,r1,in_service,index" for number in range(1, 3000)]
    rows.insert(2000, row)
    assert problems(WITH_TABLE, table(*rows))[0].startswith(f"fleet.csv: line 2,002 {problem}")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "fleet.csv: line 1 is ''; the columns are name,zone,cell,rack,state,supports"),
        (b"a,b\n", "fleet.csv: line 1 is 'a,b'; the columns are"),
        (TABLE.encode() + b"\xff\n", "fleet.csv: is not UTF-8 text at byte 35"),
        (TABLE.encode() + b's1,"az1\n', "fleet.csv: line 2 is not CSV"),
    ],
)
def test_that_a_table_that_is_none_is_named(data: bytes, problem: str) -> None:
    assert problems(WITH_TABLE, data)[0].startswith(problem)


def test_that_a_table_may_have_a_byte_order_mark_and_blank_lines() -> None:
    data = "﻿".encode() + table("s1,az1,c1,r1,in_service,index", "", "s2,az1,c1,r1,in_service,index")
    assert len(read_region(WITH_TABLE, "r", data).roster) == 2


def test_that_the_digest_covers_the_table() -> None:
    one, other = read_table("s1,az1,c1,r1,in_service,index"), read_table("s1,az1,c1,r1,failed,index")
    assert one.digest != other.digest


def test_that_a_server_of_a_pool_and_of_the_table_is_listed_twice() -> None:
    text = WITH_TABLE + POOL
    assert problems(text, table("p-0001,az1,c1,r1,in_service,index")) == (
        'r.toml: server "p-0001" is listed twice; names are unique in a region',
    )


def test_that_many_pools_that_are_too_many_together_are_refused_before_one_server_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def make(*anything: object) -> None:
        raise AssertionError("a server was made")

    monkeypatch.setattr("topology.region.roster._make", make)
    pools = "".join(POOL.replace('"p"', f'"p{number}"').replace("= 10", "= 2_500_000") for number in range(30))
    assert problems(HEAD + INDEX + pools) == (
        'r.toml: pool "p4".count makes 12,500,000 servers so far, and all pools 75,000,000; at most 10,000,000 are read',
    )


def test_that_a_table_of_too_many_servers_is_refused_at_the_first_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("topology.region.fleet_table.MOST_SERVERS", 2)
    rows = [f"s{number},az1,c1,r1,in_service,index" for number in range(9)]
    assert only(WITH_TABLE, table(*rows)) == "fleet.csv: line 4 is server 3; at most 2 are read"


def test_that_long_reading_tells_how_far_it_is() -> None:
    heard: list[str] = []
    read_region(GOOD.replace("count = 10", "count = 25_000"), "r.toml", None, heard.append)
    assert heard == ["Made 10,000 servers", "Made 20,000 servers", "Putting 25,000 servers in order"]


def test_that_reading_in_columns_and_row_by_row_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)
    rows = [
        f"{kind}-{number:03},az{chance.randint(1, 2)},c{chance.randint(1, 12)},r{chance.randint(1, 30)},"
        f"{chance.choice(('in_service', 'failed', 'draining'))},{supports}"
        for number in range(150)
        for kind, supports in (("i", "index"), ("b", chance.choice(("index:2", "index"))))
    ]
    chance.shuffle(rows)
    quick = read_region(WITH_TABLE, "r.toml", table(*rows))
    assert len(quick.roster) == 300
    read = []
    monkeypatch.setattr("topology.region.fleet_table._in_columns", lambda *_: read.append(1))
    slow = read_region(WITH_TABLE, "r.toml", table(*rows))
    assert read
    for name in ("names", "racks", "cells", "zones", "profiles"):
        assert getattr(quick.roster, name) == getattr(slow.roster, name), name
    for name in ("rack", "profile", "state", "protected", "rack_cell", "cell_zone"):
        assert getattr(quick.roster, name).tolist() == getattr(slow.roster, name).tolist(), name


def assert_read_alike(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """See that a table is read in columns as it is row by row, faults and all."""

    def outcome() -> object:
        try:
            return read_region(WITH_TABLE, "r.toml", data).roster.names
        except RegionError as error:
            return error.problems

    quick = outcome()
    monkeypatch.setattr("topology.region.fleet_table._in_columns", lambda *_: None)
    assert outcome() == quick


@pytest.mark.parametrize(
    "odd",
    [
        '"a",az1,c1,r1,in_service,index', "a,az1,c1,r1,in_service,index,", "A,az1,c1,r1,in_service,index",
        "a,az9,c1,r1,in_service,index", "a,az1,c1,r1,gone,index", "a,az1,C,r1,in_service,index", "",
        "a,az1,c1,r1,in_service,nothing", ".a,az1,c1,r1,in_service,index", "ä,az1,c1,r1,in_service,index",
        "a,az1,c1,r1,in_service,index\r\na,az1,c1,r1,in_service,index", "a" * 254 + ",az1,c1,r1,in_service,index",
        "a,az1,c1,in_service,index", "a,az1,c1,r1,r2,in_service,index", "s,az1,c1,r1,in_service,index index",
    ],
)  # fmt: skip
def test_that_whatever_is_odd_is_read_as_row_by_row(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = table("s-1,az1,c1,r1,in_service,index", odd, "s-2,az1,c1,r1,in_service,index")

    assert_read_alike(data, monkeypatch)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\xef\xbb", b"\n", b"x", b"\xef\xbb\xbf\xef\xbb\xbf"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("rest", [b"", b"\n", b"\n\n", b"\xff", b"\r", b"\n\xc3\xa4,az1,c1,r1,in_service,index"])
def test_that_odd_bytes_are_read_as_row_by_row(
    before: bytes, line_end: bytes, rest: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = (b"name,zone,cell,rack,state,supports", b"s-1,az1,c1,r1,in_service,index", b"s-2,az1,c1,r1,failed,index")
    data = before + line_end.join(rows) + rest

    assert_read_alike(data, monkeypatch)


def test_that_more_cells_than_can_be_counted_are_refused_with_a_sentence() -> None:
    text = 'format = 1\nfleet = "fleet.csv"\n[region]\nname = "r"\nzones = ["az1"]\n[policy]\npace = "60/min"\n'
    text += 'largest_command = "100%"\n[[subsystem]]\nname = "index"\nfloor = 0\n'
    rows = "".join(f"n{number},az1,c{number},r1,in_service,index\n" for number in range(100_001))
    with pytest.raises(RegionError) as found:
        read_region(text, "r.toml", f"name,zone,cell,rack,state,supports\n{rows}".encode())
    [problem] = found.value.problems
    assert problem == "r.toml: has 100,001 cells; at most 100,000 are read: let each hold more racks"

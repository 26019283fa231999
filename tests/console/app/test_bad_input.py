"""What `underkeel check` and `underkeel preview` say to wrong files and wrong text: every problem, its place, never a traceback."""

import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from console.terminal.checks.check_command import check_command
from console.terminal.preview_command import preview_command

GOOD = """\
format = 1
[region]
name = "small"
zones = ["az1", "az2"]
[policy]
pace = "20/min"
largest_command = "50%"
[[subsystem]]
name = "index"
floor = 20
[[subsystem]]
name = "billing"
floor = 4
[[dependency]]
from = "index"
to = "billing"
[[pool]]
name = "index"
count = 40
supports = ["index"]
[[pool]]
name = "billing"
count = 12
supports = ["billing", "index"]
"""
NAMED_IN_A_FLEET = GOOD.replace("format = 1", 'format = 1\nfleet = "fleet.csv"')
ROWS = 100_000

Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check one region file; gives exit status, what is good or allowed, and what is wrong."""

    def run(content: str | bytes, fleet: bytes | None = None) -> tuple[int, str, str]:
        path = tmp_path / "region.toml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if fleet is not None:
            (tmp_path / "fleet.csv").write_bytes(fleet)
        out, err = io.StringIO(), io.StringIO()
        return check_command([path], out, err), out.getvalue(), err.getvalue()

    return run


def preview(text: str, region: str | None = None) -> tuple[int, dict[str, object], str]:
    out, err = io.StringIO(), io.StringIO()
    code = preview_command(text, region, True, out, err)
    return code, json.loads(out.getvalue()), err.getvalue()


class TestRegionFiles:
    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ("", "is empty; a description starts with format = 1"),
            (b"\xff\xfe\x00", "is not UTF-8 text at byte 0"),
            ("a = = 3", "is not TOML: Invalid value (at line 1, column 5)"),
            ("a=" + "[" * 100_000, "is nested too deeply"),
            (GOOD.replace("small", "sm\0all"), "at line 3, column 11"),
            (GOOD.replace("floor = 20", "flor = 20"), 'subsystem "index".flor is not known here'),
            (GOOD.replace("floor = 20", "floor = []"), 'subsystem "index".floor is wrong: []'),
            (GOOD.replace("floor = 20", 'floor = "101%"'), 'subsystem "index".floor is wrong: 101% is more than 100%'),
            (GOOD.replace("floor = 20", "floor = -1"), 'subsystem "index".floor is wrong: -1'),
            (GOOD.replace("floor = 20", "floor = 1.5"), 'subsystem "index".floor is wrong: 1.5'),
            (GOOD.replace("floor = 20", "floor = true"), 'subsystem "index".floor is wrong: True'),
            (GOOD.replace("floor = 20", "floor = nan"), 'subsystem "index".floor is wrong: nan'),
            (GOOD.replace("floor = 20", "floor = " + "9" * 30), 'subsystem "index".floor is wrong'),
            (GOOD.replace("count = 40", 'count = "many"'), "pool \"index\".count is 'many'; write a whole number"),
            (GOOD.replace("count = 40", "count = " + "9" * 30), 'pool "index".count is 9'),
            (GOOD.replace('["az1", "az2"]', '"az1"'), "region.zones is 'az1'; write a list"),
            (GOOD.replace('to = "billing"', 'to = "nowhere"'), "dependency 1.to names 'nowhere', which is not"),
            (GOOD + '[[subsystem]]\nname = "index"\nfloor = 0\n', 'subsystem "index" is described twice'),
            (
                GOOD + '[[pool]]\nname = "index"\ncount = 3\nsupports = ["index"]\n',
                'server "index-0001" is listed twice',
            ),
            (GOOD.replace("count = 12", 'count = 12\nzones = "az9"'), "pool \"billing\".zones is 'az9', which is not"),
            (GOOD.replace("floor = 20\n", ""), 'subsystem "index".floor is missing, so every plan that touches it'),
            (GOOD.replace('pace = "20/min"\n', ""), "policy.pace is missing, so every removal is refused"),
            (
                GOOD.replace('zones = ["', 'time_zone = "../passwd"\nzones = ["'),
                "time_zone is '../passwd', which is not",
            ),
            (NAMED_IN_A_FLEET, "fleet names 'fleet.csv', which could not be read: No such file"),
            (
                NAMED_IN_A_FLEET.replace("fleet.csv", "../fleet.csv"),
                "fleet names '../fleet.csv'; it must be a file inside",
            ),
        ],
    )
    def test_that_what_is_wrong_is_named_with_its_place(self, check: Check, content: str | bytes, problem: str) -> None:
        code, _, err = check(content)
        assert code == 2
        assert problem in err

    @pytest.mark.parametrize(
        "name", ["a b", r"a\nb", r"\u202eab", r"\u200eab", "<b>x</b>", "", "-a", "\u00e9", "a" * 5000]
    )
    def test_that_a_name_outside_the_grammar_is_refused_and_shown_harmlessly(self, check: Check, name: str) -> None:
        code, _, err = check(GOOD.replace('name = "billing"', f'name = "{name}"'))
        assert code == 2
        assert "subsystem 2.name is '" in err
        assert all(line.isprintable() and len(line) < 400 for line in err.splitlines())

    def test_that_all_problems_are_named_at_once(self, check: Check) -> None:
        bad = (
            GOOD.replace("floor = 20", "floor = []")
            .replace("floor = 4", "flor = 4")
            .replace("count = 40", "count = -1")
        )
        _, _, err = check(bad)
        for place in ('subsystem "index".floor', 'subsystem "billing".flor', 'pool "index".count'):
            assert place in err

    def test_that_a_file_far_too_large_is_not_even_read(self, check: Check, tmp_path: Path) -> None:
        with (tmp_path / "region.toml").open("wb") as file:
            file.truncate(200 * 1024 * 1024)  # a hole: it takes no room on the disk
        out, err = io.StringIO(), io.StringIO()
        assert check_command([tmp_path / "region.toml"], out, err) == 2
        assert "has 209,715,200 bytes, more than 16,777,216" in err.getvalue()

    @pytest.mark.parametrize("kind", ["device", "pipe"])
    def test_that_what_never_ends_is_not_read(self, kind: str, tmp_path: Path) -> None:
        path = Path("/dev/zero") if kind == "device" else tmp_path / "pipe"
        if kind == "pipe":
            os.mkfifo(path)
        out, err = io.StringIO(), io.StringIO()
        assert check_command([path], out, err) == 2
        assert err.getvalue() == f"{path}: is not a regular file\n"
        code, said, _ = preview("remove 4 servers from billing", str(path))
        assert code == 2
        assert said["error"]["message"] == f"{path}: is not a regular file"  # type: ignore[index]

    def test_that_a_byte_order_mark_before_the_text_is_no_problem(self, check: Check) -> None:
        assert check(b"\xef\xbb\xbf" + GOOD.encode())[0] == 0

    def test_that_a_folder_without_a_region_file_is_named_with_the_file_it_lacks(self, tmp_path: Path) -> None:
        err = io.StringIO()
        assert check_command([tmp_path], io.StringIO(), err) == 2
        assert err.getvalue().startswith(f"{tmp_path}/region.toml: could not be read: No such file or directory; give")

    def test_that_one_of_a_kind_is_counted_so(self, check: Check) -> None:
        one = GOOD.replace("count = 12", "count = 0").replace("count = 40", "count = 1")
        assert "small: 1 server, 2 subsystems, 1 dependency: good" in check(one)[1]

    @pytest.mark.parametrize("named", ["/nonexistent.toml", "no/such.toml", "file:no/such.toml"])
    def test_that_a_missing_file_is_named_as_it_was_given(
        self, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        err = preview("remove 4 servers from billing", named)[2]
        assert err.startswith(f"{named.removeprefix('file:')}: could not be read: No such file")

    @pytest.mark.parametrize(
        ("content", "remark"),
        [
            (GOOD.replace("floor = 20", "floor = 2000"), 'subsystem "index".floor is 2,000, above the 52 declared'),
            (GOOD.replace("supports", 'zones = "az1"\nsupports'), 'zone "az2" has no servers'),
            (GOOD + '[[subsystem]]\nname = "new"\nfloor = 0\n', 'subsystem "new" has no servers'),
        ],
    )
    def test_that_what_is_legal_but_hardly_meant_is_said(self, check: Check, content: str, remark: str) -> None:
        code, out, err = check(content)
        assert (code, err) == (0, "")
        assert remark in out

    def test_that_a_cycle_of_dependencies_can_be_operated(self, check: Check, tmp_path: Path) -> None:
        assert check(GOOD + '[[dependency]]\nfrom = "billing"\nto = "index"\n')[0] == 0
        code, plan, _ = preview("remove 9 servers from billing", str(tmp_path / "region.toml"))
        assert (code, plan["verdict"]) == (1, "blocked")

    def test_that_markup_in_a_title_stays_text(self, check: Check) -> None:
        assert check(GOOD.replace('name = "small"', 'name = "small"\ntitle = "<b>x</b> &amp;"'))[0] == 0

    @pytest.mark.parametrize(("written", "named"), [("\u202e", "U+202E"), ("\\u001b[31m", "U+001B"), ("\\n", "U+000A")])
    def test_that_a_title_with_what_cannot_be_seen_is_refused_by_name(
        self, check: Check, written: str, named: str
    ) -> None:
        code, out, err = check(GOOD.replace('name = "small"', f'name = "small"\ntitle = "x{written}"'))
        assert code == 2
        assert named in err
        assert not set("\x1b\u202e") & set(out + err)

    def test_that_a_missing_floor_blocks_what_touches_it_and_nothing_else(self, check: Check, tmp_path: Path) -> None:
        assert check(GOOD.replace("floor = 4\n", ""))[0] == 2
        region = str(tmp_path / "region.toml")
        code, plan, _ = preview("remove 1 server from billing", region)
        assert (code, plan["verdict"]) == (1, "blocked")
        assert "unknown" in [finding["code"] for finding in plan["findings"]]  # type: ignore[attr-defined]
        assert preview("remove 1 server from index", region)[0] in (0, 3)


class TestFleetTables:
    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            ("s-x,az9,c1,r1,in_service,index", "line 77,779 puts s-x into 'az9', which is not a zone of the region"),
            ("s-x,az1,c1,r1,flying,index", "line 77,779 says that s-x is 'flying'; a state is one of"),
            ("s-x,az1,c1,r1,in_service,nothing", "line 77,779"),
            ("s-7,az1,c1,r1,in_service,index", "s-7"),
            ("garbage", "line 77,779 has 1 columns instead of 6"),
        ],
    )
    def test_that_the_one_bad_row_in_a_hundred_thousand_is_named(self, check: Check, row: str, problem: str) -> None:
        rows = [f"s-{number},az1,c1,r{number // 40},in_service,index" for number in range(ROWS)]
        rows[77_777] = row
        table = "\n".join(["name,zone,cell,rack,state,supports", *rows]).encode()
        code, _, err = check(NAMED_IN_A_FLEET, table)
        assert code == 2
        assert "fleet.csv: " in err
        assert problem in err
        assert err.count("\n") == 1

    def test_that_a_fleet_table_is_not_followed_out_of_its_folder(self, check: Check, tmp_path: Path) -> None:
        outside = tmp_path.parent / "elsewhere.csv"
        outside.write_text("name,zone,cell,rack,state,supports\n")
        (tmp_path / "fleet.csv").symlink_to(outside)
        code, _, err = check(NAMED_IN_A_FLEET)
        assert code == 2
        assert "leads out of the folder of the description" in err

    def test_that_a_fleet_table_that_is_a_pipe_is_refused_and_not_waited_for(
        self, check: Check, tmp_path: Path
    ) -> None:
        os.mkfifo(tmp_path / "fleet.csv")
        code, _, err = check(NAMED_IN_A_FLEET)
        assert code == 2
        assert "region.toml: fleet names 'fleet.csv', which is not a regular file" in err

    @pytest.mark.parametrize("table", [b"", b"\xff\xfe" * 100, b"\x00", b"name\n"])
    def test_that_what_is_no_table_is_refused(self, check: Check, table: bytes) -> None:
        code, _, err = check(NAMED_IN_A_FLEET, table)
        assert code == 2
        assert "fleet.csv: " in err


class TestCommands:
    @pytest.mark.parametrize(
        ("text", "problem", "suggestion"),
        [
            ("", "The command is empty", None),
            ("x" * 100_000, "a command has at most 2,000 characters, this text has 100,000", None),
            ("remove 4 from billing\nremove 400 from billing", "one command at a time: this text has 2 lines", None),
            (
                "remove 4\x1b[31m from billing",
                "U+001B (a control character) cannot be part",
                None,
            ),
            ("remove 4 from billing\0", "U+0000 (a control character) cannot be part", "remove 4 from billing"),
            ("remove \u0664 from billing", "write numbers with the digits 0 to 9", "remove 4 from billing"),
            ("remove \uff14 from billing", "write numbers with the digits 0 to 9", "remove 4 from billing"),
            ("remove 4 from \u202egnillib", "U+202E (RIGHT-TO-LEFT OVERRIDE) cannot", None),
            ("remove 0 from billing", "0 servers is nothing to remove", None),
            ("remove 0% from billing", "0% is nothing to remove", None),
            ("remove -5 from billing", "-5 has a sign: numbers here have none", "remove 5 from billing"),
            ("remove 5.5 from billing", "5.5 is not a whole number", None),
            ("remove 1e3 from billing", "1e3 is written with an exponent", "remove 1000 from billing"),
            ("remove 007 from billing", "007 begins with 0", "remove 7 from billing"),
            ("remove 101% from billing", "101% is more than there is", None),
            ("remove 99999999999999999999 from billing", "is too large: at most 1,000,000,000 servers", None),
            ("remove 1,000 from storage", "digits are grouped with _", "remove 1_000 from storage"),
            ("remove 5 from billing in az9", "there is no zone az9 here", None),
            ("remove 5 from lambda", "lambda is external: it has no servers here", None),
            ("remove 5 from billing at 21/min", "faster than the policy allows", "remove 5 from billing at 20/min"),
            ("remove from billing", "expected servers, a count, a percentage or all here, not from", None),
        ],
    )
    def test_that_a_wrong_command_is_refused_with_its_reason(
        self, text: str, problem: str, suggestion: str | None
    ) -> None:
        code, said, err = preview(text)
        error = said["error"]
        assert isinstance(error, dict)
        assert (code, error["suggestion"]) == (2, suggestion)
        assert problem in err
        assert all(line.isprintable() for line in err.splitlines())

    @pytest.mark.parametrize("name", ["billing", "index", "front-end"])
    def test_that_every_name_one_letter_wrong_is_an_error_and_never_all(self, name: str) -> None:
        wrong = {name[:at] + "q" + name[at + 1 :] for at in range(len(name))} | {
            name[:at] + name[at + 1 :] for at in range(len(name))
        }
        for word in sorted(wrong):
            code, said, err = preview(f"remove 4 servers from {word}")
            assert (code, "error" in said) == (2, True), word
            assert re.search(r"no subsystem is called|The command is not finished", err), err

    @pytest.mark.parametrize(
        ("text", "finding"),
        [
            ("remove 5000 from billing", "too-few-match"),
            ("remove servers billing-9999", "too-few-match"),
            ("remove servers billing-0001..0500", "too-few-match"),
            ("restore servers billing-0001", "too-few-match"),
            ("restore 1 to index", "nothing-matches"),
            ("remove 1_000 from storage", "too-large"),
        ],
    )
    def test_that_what_is_a_command_but_cannot_be_done_is_blocked(self, text: str, finding: str) -> None:
        code, plan, _ = preview(text)
        assert code == 1
        assert finding in [one["code"] for one in plan["findings"]]  # type: ignore[attr-defined]

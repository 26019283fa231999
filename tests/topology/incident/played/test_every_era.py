"""Every era of every bundled incident is run to its end, by at least two lines of play."""

import pytest

from console.operating.incidents.incidents import bundled_incidents
from tests.topology.incident.playing import Act, bundled, figures, play
from topology.incident.times import utc_text

Line = tuple[str, tuple[Act, ...]]
LINES: dict[str, tuple[Line, Line]] = {
    "s3-2017": (
        ("09:36", (("09:37", "remove 400 servers from billing"), ("09:44", "restore all to billing"))),
        ("09:36", (("09:37", "remove 4 servers from billing"),)),
    ),
    "seoul-dns-2018": (
        ("08:21", ()),
        ("08:21", (("08:22", "stop"), ("08:23", "restore all to resolvers"))),
    ),
    "joyent-2014": (
        ("20:12", (("20:13", "remove all from machines"),)),
        ("20:12", (("20:13", "remove 12 servers from machines where name = new-*"),)),
    ),
    "gitlab-2017": (
        ("23:29", (("23:30", "remove servers db1-0001"), ("23:40", "recover from daily-snapshot"))),
        ("23:29", (("23:30", "remove servers db1-0001"), ("23:40", "recover from manual-snapshot"))),
    ),
    "google-2014": (
        ("16:37", (("16:38", "remove all from satellites"),)),
        ("16:37", ()),
    ),
    "azure-2014": (
        ("16:50", (("16:51", "approve enable-change"),)),
        ("16:50", (("16:51", "approve enable-table"),)),
    ),
    "kinesis-2020": (
        ("02:43", (("02:44", "approve add-capacity"),)),
        ("02:43", ()),
    ),
    "facebook-2021": (
        ("15:49", (("15:51", "go on-site"), ("19:25", "restart backbone"))),
        ("15:49", (("15:51", "go out-of-band"), ("16:12", "go on-site"), ("19:50", "restart backbone"))),
    ),
}
DIFFER = {
    ("s3-2017", "as-it-was"),
    ("s3-2017", "with-cells"),
    *(("seoul-dns-2018", era) for era in ("underkeel", "as-it-was", "semantic-check", "hourly-limit")),
    ("joyent-2014", "as-it-was"),
    ("joyent-2014", "with-pace"),
    ("gitlab-2017", "as-it-was"),
    ("google-2014", "as-it-was"),
    ("azure-2014", "as-it-was"),
    ("kinesis-2020", "as-it-was"),
    ("facebook-2021", "underkeel"),
    ("facebook-2021", "as-it-was"),
    ("facebook-2021", "two-checks"),
}
"""Where the account says that the ends differ; under our own guards a refused mistake ends as well as none."""


@pytest.mark.parametrize(
    ("name", "era"), [(name, era.name) for name in bundled_incidents() for era in bundled(name).eras]
)
def test_that_two_lines_of_play_reach_the_end_and_differ_where_the_account_says_so(name: str, era: str) -> None:
    runs = [play(name, era, acts, branch) for branch, acts in LINES[name]]
    assert {run["until"] for run in runs} == {utc_text(bundled(name).ends)}
    # Where ours refuses the mistake there is nothing to recover afterwards.
    assert era == "underkeel" or all(act["outcome"] != "wrong" for run in runs for act in run["acts"])
    if (name, era) in DIFFER:
        assert figures(runs[0]) != figures(runs[1])

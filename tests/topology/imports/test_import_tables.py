"""Tables of servers, of edges, and of AWS's groups, as regions that read back."""

import json
from collections.abc import Mapping

import pytest

from topology.imports.imported import TABLE, Imported
from topology.imports.notes import ImportRefusedError, UnreadableError
from topology.imports.tables.autoscaling import import_autoscaling
from topology.imports.tables.edges import import_edges
from topology.imports.tables.fleet import import_fleet
from topology.region.description import fleet_file_of, read_region
from topology.region.region import Amount, Region
from topology.region.server_states import ServerState

HOSTS = """Hostname;Site;Cab;Pools;Status;Owner
h1;ams;r1;web, api;active;x
H2;ams;r2;web;DOWN;y
h3;fra;r1;api:2;in service;z
h4;fra;r1;db;retired;z
h5;;r9;db;odd;z
"""


def fleet(text: str, **given: str) -> Imported:
    return import_fleet(text.encode(), "hosts.csv", given=given)


def read(made: Imported) -> Region:
    assert fleet_file_of(made.text) == (TABLE if made.table else None)
    return read_region(made.text, "hosts.toml", made.table.encode() if made.table else None)


def states(region: Region) -> dict[str, ServerState]:
    return dict(zip(region.roster.names, map(ServerState, region.roster.state.tolist()), strict=True))


def supports(region: Region) -> Mapping[str, dict[str, int]]:
    roster = region.roster
    return {
        name: {region.subsystems[at].name: units for at, units in roster.profiles[profile]}
        for name, profile in zip(roster.names, roster.profile.tolist(), strict=True)
    }


class TestServers:
    def test_that_servers_keep_their_names_places_states_and_what_they_support(self) -> None:
        region = read(fleet(HOSTS))
        assert states(region) == {
            "h1": ServerState.IN_SERVICE,
            "H2": ServerState.FAILED,
            "h3": ServerState.IN_SERVICE,
            "h5": ServerState.FAILED,  # a state that is not known is no capacity
        }
        assert supports(region)["h1"] == {"web": 1, "api": 1}
        assert supports(region)["h3"] == {"api": 2}
        assert {place[0] for place in region.roster.racks} == {"ams", "fra", "zone"}
        assert all(one.floor is None for one in region.subsystems)

    def test_that_what_was_left_out_and_guessed_is_said(self) -> None:
        notes = "\n".join(str(note) for note in fleet(HOSTS).notes)
        for said in (
            "gone for good: retired (1)",
            "'odd' (1)",
            "without a zone",
            "columns without a meaning here: Owner",
        ):
            assert said in notes

    def test_that_columns_may_be_called_anything(self) -> None:
        text = "box,where,does\nb1,x,w\n"
        with pytest.raises(ImportRefusedError, match=r"write --name COLUMN. The columns are 'box', 'where', 'does'"):
            fleet(text)
        region = read(fleet(text, name="BOX", zone="where", supports="does"))
        assert region.roster.names == ("b1",)
        assert region.zones == ("x",)
        with pytest.raises(ImportRefusedError, match="--zone nope: no column of this name; the columns are 'box'"):
            fleet(text, name="box", supports="does", zone="nope")

    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_that_columns_are_separated_by_what_the_first_line_has(self, separator: str) -> None:
        text = "\ufeffname,zone,supports\r\na,z,s\r\n".replace(",", separator)
        assert read(fleet(text)).roster.names == ("a",)

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("", "is empty"),
            ("one column\nx\n", "has one column only"),
            ('name,supports\n"a,b\n', "is not CSV"),
            ("\0,\0\n", "is no table of text"),
        ],
    )
    def test_that_what_is_no_table_says_why(self, text: str, sentence: str) -> None:
        with pytest.raises(UnreadableError, match=sentence):
            fleet(text)

    def test_that_a_name_that_stands_twice_counts_once_and_rows_of_another_width_are_named(self) -> None:
        made = fleet("name,supports\na,s\na,t\nb\n")
        assert read(made).roster.names == ("a",)
        notes = "\n".join(map(str, made.notes))
        assert "1 name that several rows have; the first of each is taken: a" in notes
        assert "line 4: has 1 columns instead of 2" in notes

    def test_that_nothing_to_import_is_refused(self) -> None:
        with pytest.raises(ImportRefusedError, match="no server in it"):
            fleet("name,supports\n,\n")


class TestEdges:
    def test_that_rows_are_dependencies(self) -> None:
        made = import_edges(b"caller,called,kind,rate\nweb,api,,4\napi,db,soft,1\nweb,web,,1\n", "e.csv")
        region = read(made)
        assert [(one.dependent, one.needs, one.kind) for one in region.dependencies] == [
            ("api", "db", "soft"),
            ("web", "api", "hard"),
        ]
        notes = "\n".join(map(str, made.notes))
        assert "columns without a meaning here: rate" in notes
        assert "1 with a link to itself" in notes

    def test_that_a_kind_that_is_none_is_hard_and_said(self) -> None:
        made = import_edges(b"from,to,kind\na,b,maybe\n", "e.csv")
        assert read(made).dependencies[0].kind == "hard"
        assert any("neither hard nor soft" in str(note) for note in made.notes)


def group(name: str = "web", *instances: dict[str, object], **more: object) -> dict[str, object]:
    return {"AutoScalingGroupName": name, "MinSize": 2, "MaxSize": 6, "Instances": list(instances), **more}


def instance(number: int, life: str = "InService", health: str = "Healthy", zone: str = "eu-1a") -> dict[str, object]:
    named = f"i-{number:08x}"
    return {"InstanceId": named, "AvailabilityZone": zone, "LifecycleState": life, "HealthStatus": health}


def aws(*groups: object, **more: object) -> Imported:
    return import_autoscaling(json.dumps({"AutoScalingGroups": list(groups), **more}).encode(), "asg.json")


class TestAutoscaling:
    def test_that_the_least_size_is_the_floor_and_instances_are_servers_with_their_states(self) -> None:
        lives = ["InService", "Pending:Wait", "Terminating", "Standby", "Terminated", "Dancing"]
        made = aws(
            group("web", *(instance(at, life) for at, life in enumerate(lives)), instance(9, health="Unhealthy"))
        )
        region = read(made)
        assert region.subsystem("web").floor == Amount(2)
        assert region.subsystem("web").ceiling == 6
        assert list(states(region).values()) == [
            ServerState.IN_SERVICE,
            ServerState.JOINING,
            ServerState.DRAINING,
            ServerState.REMOVED,
            ServerState.FAILED,
            ServerState.FAILED,
        ]
        assert region.zones == ("eu-1a",)

    def test_that_a_least_size_of_0_is_no_floor_that_anybody_stated(self) -> None:
        made = aws(group("web", instance(1), MinSize=0))
        assert made.unprotected == ("web",)
        assert read(made).subsystem("web").floor is None

    def test_that_a_page_of_several_and_a_group_that_is_not_full_are_said(self) -> None:
        notes = "\n".join(map(str, aws(group("web", instance(1), DesiredCapacity=3), NextToken="x").notes))
        assert "one page of several" in notes
        assert "web wants 3 and lists 1 instance" in notes

    @pytest.mark.parametrize("data", [b"{}", b"[]", b"not json", b'{"AutoScalingGroups": 3}'])
    def test_that_what_is_no_answer_of_that_command_is_refused(self, data: bytes) -> None:
        with pytest.raises(UnreadableError):
            import_autoscaling(data, "asg.json")

    def test_that_malformed_groups_are_named_and_the_others_read(self) -> None:
        made = aws(3, group("a", instance(1)), group("b", MinSize="2"), group("a"))
        notes = "\n".join(map(str, made.notes))
        assert "is 3, not a mapping" in notes
        assert "MinSize is '2', not a number of servers" in notes
        assert "group a is listed twice" in notes
        assert [one.name for one in read(made).subsystems] == ["a"]

"""What files of nodes and edges become, in GraphML, DOT and node-link JSON, also those that no one meant to be read."""

import json
import random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from topology.imports.accepting import with_floor
from topology.imports.graphs.dot import read_dot
from topology.imports.graphs.graph_file import import_graph
from topology.imports.graphs.graphml import read_graphml
from topology.imports.graphs.node_link import read_node_link
from topology.imports.imported import Imported
from topology.imports.notes import ImportRefusedError, UnreadableError
from topology.region.description import read_region
from topology.region.region import Amount, Region

GRAPHML = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{}</graphml>'


def imported(text: str | bytes) -> Imported:
    return import_graph(text.encode() if isinstance(text, str) else text, "graph.file")


def region(text: str | bytes) -> Region:
    return read_region(imported(text).text, "graph.toml")


def edges(text: str | bytes) -> set[tuple[str, str]]:
    return {(one.dependent, one.needs) for one in region(text).dependencies}


def services(text: str | bytes) -> dict[str, str]:
    return {one.name: one.service or "" for one in region(text).subsystems}


def titles(text: str | bytes) -> set[str]:
    return {one.title or one.name for one in region(text).subsystems}


def has(text: str | bytes, *parts: str) -> bool:
    return any(all(part in str(note) for part in parts) for note in imported(text).notes)


def dot_of(graph: "nx.DiGraph[str]") -> str:
    def quoted(text: object) -> str:
        return '"' + str(text).replace('"', '\\"') + '"'

    nodes = [
        f"{quoted(node)} [{', '.join(f'{key}={quoted(value)}' for key, value in stated.items())}];"
        for node, stated in graph.nodes.items()
    ]
    return "digraph {" + "\n".join(nodes + [f"{quoted(one)} -> {quoted(other)}" for one, other in graph.edges]) + "}"


def forms(graph: "nx.DiGraph[str]") -> dict[str, str]:
    """Give a graph in every format, as networkx writes those that it can."""
    return {
        "GraphML": "\n".join(nx.generate_graphml(graph)),
        "node-link JSON": json.dumps(nx.node_link_data(graph)),
        "DOT": dot_of(graph),
    }


_NAMES = st.text(st.sampled_from("abAB-. _ü1\"'&<{"), min_size=1, max_size=6).filter(lambda name: name.strip() == name)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(_NAMES, min_size=1, max_size=8, unique=True), st.randoms(use_true_random=False))
def test_that_every_format_gives_the_graph_that_networkx_holds(names: list[str], chance: random.Random) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name in names:
        graph.add_node(name, declared=chance.randrange(9), floor=f"{chance.randrange(100)}%", service="shop")
    graph.add_edges_from((chance.choice(names), chance.choice(names)) for _ in range(12))
    for form, text in forms(graph).items():
        reader = {"GraphML": read_graphml, "node-link JSON": read_node_link, "DOT": read_dot}[form]
        drawing = reader(text.encode())
        assert drawing.form == form
        assert {(one.source, one.target) for one in drawing.edges} == set(graph.edges)
        assert set(drawing.nodes) == set(names)
        found = region(text)
        assert len(found.roster) == sum(stated["declared"] for _, stated in graph.nodes.items())
        by_title = {one.title or one.name: one for one in found.subsystems}
        for name, stated in graph.nodes.items():
            assert by_title[name].floor == Amount.parse(stated["floor"])
            assert by_title[name].service == "shop"


def path_of(*names: str) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    nx.add_path(graph, names)
    return graph


def star(size: int) -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((f"n{number}", "hub") for number in range(size))
    return graph


def crowded() -> "nx.DiGraph[str]":
    return nx.relabel_nodes(nx.gnm_random_graph(800, 4000, seed=3, directed=True), str)


def lonely() -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from("abc")
    return graph


def looped() -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((name, name) for name in "abc")
    return graph


ODD = {
    "only links to itself": (looped(), 3, 0),
    "no links": (lonely(), 3, 0),
    "a cycle": (path_of("a", "b", "c", "a"), 3, 3),
    "two parts": (nx.compose(path_of("a", "b"), path_of("c", "d")), 4, 2),
    "1,000 dependents": (star(1000), 1001, 1000),
    "4,000 links": (crowded(), 800, 4000),
    "long names": (path_of("a" * 120, "a" * 119 + "b", "B" * 120), 3, 2),
    "very long names": (path_of("a" * 300 + "x", "a" * 300 + "y"), 2, 1),
    "names that differ in case only": (path_of("Web", "web", "WEB"), 3, 2),
}


@pytest.mark.parametrize("form", ["GraphML", "node-link JSON", "DOT"])
@pytest.mark.parametrize("what", ODD)
def test_that_odd_graphs_are_regions(what: str, form: str) -> None:
    graph, nodes, links = ODD[what]
    made = imported(forms(graph)[form])
    found = read_region(with_floor(made, Amount(1)).text, "graph.toml")
    assert (len(found.subsystems), len(found.dependencies), len(found.roster)) == (nodes, links, nodes)
    assert found.gaps == ()
    # Nothing states their floors, so without that every removal is refused.
    assert len(read_region(made.text, "graph.toml").gaps) == nodes


class TestAttributes:
    @pytest.mark.parametrize(("stated", "servers"), [("4", 4), ('"4"', 4), ("4.0", 4), ("0", 0)])
    def test_that_declared_is_the_number_of_servers(self, stated: str, servers: int) -> None:
        assert len(region(f'{{"nodes": [{{"id": "a", "declared": {stated}}}], "edges": []}}').roster) == servers

    @pytest.mark.parametrize("stated", ["-1", "2.5", '"many"', "true", "null", "[]", "1e300", '"120%"', '"\\uff19"'])
    def test_that_a_floor_that_is_not_understood_is_listed_and_left_open(self, stated: str) -> None:
        text = f'{{"nodes": [{{"id": "a", "floor": {stated}}}]}}'
        assert has(text, "nodes 1: floor ")
        assert region(text).subsystem("a").floor is None

    def test_that_a_number_of_servers_that_is_not_understood_leaves_the_floor_open(self) -> None:
        text = '{"nodes": [{"id": "a", "floor": 1, "declared": "some"}]}'
        assert has(text, "nodes 1: declared is 'some', not a number of servers")
        assert region(text).subsystem("a").floor is None

    def test_that_kinds_of_links_are_taken(self) -> None:
        found = region("digraph { a -> b [kind=soft]; b -> c [kind=hard]; c -> d [kind=firm] }")
        assert [one.kind for one in found.dependencies] == ["soft", "hard", "hard"]
        assert has("digraph { a -> b [kind=firm] }", "line 1: kind is 'firm', neither hard nor soft")

    def test_that_an_external_is_taken(self) -> None:
        assert [one.name for one in region("digraph { a -> b; b [external=true] }").subsystems if one.external] == ["b"]

    def test_that_other_attributes_are_counted(self) -> None:
        assert has("digraph { a [color=red]; b [color=blue, x=1] }", "without a meaning here: color (2), x (1)")


class TestDot:
    def test_that_chains_and_sets_of_nodes_are_edges(self) -> None:
        assert edges("digraph { a -> b -> {c; d} -> e }") == {
            *(("a", "b"), ("b", "c"), ("b", "d"), ("c", "e"), ("d", "e")),
        }

    def test_that_subgraphs_and_clusters_are_services(self) -> None:
        text = 'digraph { subgraph cluster_x { label="Web"; a; subgraph deep { b } } subgraph { c } subgraph cluster_y {d} }'
        assert services(text) == {"a": "web", "b": "deep", "c": "", "d": "y"}

    def test_that_a_subgraph_named_again_is_the_same(self) -> None:
        assert edges("digraph { subgraph s { a b } c -> subgraph s }") == {("c", "a"), ("c", "b")}

    def test_that_defaults_hold_for_nodes_made_after_them_in_their_scope(self) -> None:
        found = region("digraph { a; node [floor=1]; b; subgraph { node [floor=2]; c; b } d }")
        assert {one.name: str(one.floor) for one in found.subsystems} == {"a": "None", "b": "1", "c": "2", "d": "1"}

    def test_that_html_labels_are_shown_as_text(self) -> None:
        text = "digraph { a [label=<<table><tr><td>The <b>big</b> &lt;one&gt; &amp; &#x41;</td></tr></table>>] }"
        assert titles(text) == {"The big <one> & A"}
        assert edges("digraph { <<i>x</i>> -> b }") == {("x", "b")}

    def test_that_comments_ports_and_joined_texts_are_read(self) -> None:
        text = '// one\n/* two\n * three */\n#four\nstrict digraph "g" { "a" + "\\\nb":p:n -> c:s; }'
        assert edges(text) == {("ab", "c")}
        assert has(text, "3 ports")

    def test_that_escapes_in_names_and_labels_are_read(self) -> None:
        assert titles('digraph { "say \\"hi\\""; b [label="two\\nlines"]; c [label="\\N"] }') == {
            *('say "hi"', "two lines", "c"),
        }

    def test_that_links_without_a_direction_are_noted(self) -> None:
        assert has("graph { a -- b }", "no direction")
        assert edges("graph { a -- b }") == {("a", "b")}

    def test_that_the_words_of_the_language_have_no_case(self) -> None:
        assert services("DiGraph { SubGraph s { a } }") == {"a": "s"}

    @pytest.mark.parametrize(
        ("text", "place", "what"),
        [
            ("digraph {\n a -> \n", "line 3", "ends in the middle, after 17 bytes: it was cut"),
            ("digraph {\n a -> }", "line 2", "'}' stands where a node should"),
            ("digraph {\n a -> b [x=]", "line 2", "']' stands where a value should"),
            ('digraph {\n "a', "line 2", "ends in a text that began here: it was cut"),
            ("digraph {\n\n a [label=<<b>]", "line 3", "ends in an HTML label that began here: it was cut"),
            ("digraph { /* a", "line 1", "ends in a comment"),
            ("digraph {\n %", "line 2", "stands where nothing begins so"),
            ("flowchart LR", "line 1", "'flowchart' stands where graph or digraph should"),
            ("digraph { a -> node }", "line 1", "'node' stands where a node should"),
            ("digraph " + "{" * 500, "line 1", "more than 100 deep"),
            ("", "", "is empty"),
            (b"digraph { \xff }", "", "is not UTF-8 text at byte 10"),
        ],
    )
    def test_that_what_is_not_dot_is_refused_with_its_line(self, text: str | bytes, place: str, what: str) -> None:
        with pytest.raises(UnreadableError) as refused:
            imported(text)
        assert (refused.value.place, what in str(refused.value)) == (place, True)

    @pytest.mark.parametrize(
        "text",
        [
            "digraph { {" + " ".join(f"a{n}" for n in range(2000)) + "} -> {" + " ".join(map(str, range(2000))) + "} }",
            "digraph { subgraph s {" + " ".join(map(str, range(9000))) + "}" + "subgraph s;" * 9000 + "}",
            "digraph { node [" + " ".join(f"a{n}" for n in range(9000)) + "]" + " ".join(map(str, range(9000))) + "}",
        ],
    )
    def test_that_a_short_text_that_unfolds_to_millions_is_refused(self, text: str) -> None:
        with pytest.raises(ImportRefusedError, match="import less at a time"):
            imported(text)


class TestGraphml:
    @pytest.mark.parametrize(
        "doctype",
        [
            '<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE g SYSTEM "http://127.0.0.1:9/x.dtd">',
            '<!DOCTYPE g [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        ],
    )
    def test_that_a_document_type_is_refused_before_anything_in_it_is_followed(self, doctype: str) -> None:
        text = '<?xml version="1.0"?>\n' + doctype + GRAPHML.format('<graph><node id="&x;"/></graph>')
        with pytest.raises(
            UnreadableError, match=r"states a document type .* nothing of it is read; take it out"
        ) as no:
            imported(text)
        assert no.value.place == "line 2"

    def test_that_folders_of_yed_are_services_and_its_labels_names(self) -> None:
        label = '<data key="d"><y:ShapeNode xmlns:y="y"><y:Fill/><y:NodeLabel>{}</y:NodeLabel></y:ShapeNode></data>'
        inner = f'<graph><node id="n::a">{label.format("The A")}</node><node id="n::b"/></graph>'
        text = GRAPHML.format(
            f'<key id="d" for="node"/><graph><node id="n">{label.format("Shop")}{inner}</node></graph>'
        )
        assert services(text) == {"the-a": "shop", "n-b": "shop"}
        assert titles(text) == {"The A", "n::b"}

    def test_that_a_folder_that_is_linked_stays_a_node(self) -> None:
        inner = '<graph><node id="a"/></graph>'
        text = GRAPHML.format(f'<graph><node id="n">{inner}</node><node id="b"/><edge source="b" target="n"/></graph>')
        assert services(text) == {"a": "n", "b": "", "n": ""}

    def test_that_defaults_of_keys_hold(self) -> None:
        key = '<key id="d" for="node" attr.name="floor"><default>2</default></key>'
        data = '<node id="b"><data key="d">5</data></node>'
        found = region(GRAPHML.format(f'{key}<graph><node id="a"/>{data}</graph>'))
        assert {one.name: str(one.floor) for one in found.subsystems} == {"a": "2", "b": "5"}

    def test_that_what_is_not_understood_is_listed_with_its_line(self) -> None:
        parts = '<node id="a"/>\n<node id="a"/>\n<node/>\n<edge source="a"/>\n<node id="b"><data key="z">1</data><port/></node>'
        text = GRAPHML.format(f'<graph edgedefault="undirected">{parts}<edge source="a" target="gone"/></graph>')
        for note in (
            "line 2: node a is listed twice",
            "line 3: a node has no id",
            "line 4: an edge has no target",
            "line 5: data has the key 'z', which is not declared",
            "1 port",
            "no direction",
            "1 named by others, not listed as a node, so external, without servers here: gone",
        ):
            assert has(text, note)

    @pytest.mark.parametrize("end", [3, 60, 100, -3])
    def test_that_a_cut_file_is_refused_with_its_length(self, end: int) -> None:
        cut = GRAPHML.format('<graph><node id="a">\n</node><node id="b"/></graph>').encode()[:end]
        with pytest.raises(UnreadableError, match=rf"ends in the middle, after {len(cut)} bytes: it was cut"):
            imported(cut)

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("<html></html>", "is not GraphML: it begins with <html>"),
            ("<graphml><a></b></graphml>", "is not XML: mismatched tag"),
            ('<?xml version="1.0" encoding="klingon"?><graphml/>', "is not XML|cannot be read as XML"),
        ],
    )
    def test_that_other_files_are_refused(self, text: str, what: str) -> None:
        with pytest.raises(UnreadableError, match=what):
            imported(text)

    def test_that_utf_16_is_read(self) -> None:
        text = '<?xml version="1.0" encoding="UTF-16"?>' + GRAPHML.format('<graph><node id="ü"/></graph>')
        assert titles(text.encode("utf-16")) == {"ü"}


class TestNodeLink:
    def test_that_links_is_another_name_for_edges(self) -> None:
        assert edges('{"nodes": [{"id": "a"}, {"id": 2}], "links": [{"source": "a", "target": 2}]}') == {("a", "2")}

    def test_that_positions_are_followed_where_nodes_have_names_alone(self) -> None:
        text = '{"nodes": [{"name": "a"}, {"name": "b"}], "links": [{"source": 0, "target": 1}]}'
        assert edges(text) == {("a", "b")}

    @pytest.mark.parametrize(
        ("part", "what"),
        [
            ('"nodes": [{"id": "a"}, 3]', "nodes 2: is 3, not a mapping"),
            ('"nodes": [{"id": "a"}, {"id": []}]', "nodes 2: id is a list, not a name or number"),
            ('"nodes": [{"id": "a"}, {}]', "nodes 2: name is missing"),
            ('"nodes": [{"id": 1}, {"id": "1"}]', "nodes 2: node 1 is listed twice"),
            ('"nodes": [{"id": "a"}], "edges": {}', "the file: edges is a mapping, not a list"),
            ('"nodes": [{"id": "a"}], "edges": [{"source": "a"}]', "edges 1: target is missing"),
        ],
    )
    def test_that_what_is_not_understood_is_listed(self, part: str, what: str) -> None:
        assert has(f"{{{part}}}", what)

    @pytest.mark.parametrize(
        ("text", "what"), [("[]", "no list of nodes"), ('{"nodes": [', "it was cut"), ('{"a": 1, "a": 2}', "twice")]
    )
    def test_that_other_files_are_refused(self, text: str, what: str) -> None:
        with pytest.raises(UnreadableError, match=what):
            imported(text)


@settings(max_examples=examples(300), deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("a", "b", '"c d"', "{", "}", "[", "]", "=", "->", "--", ";", ",", ":", "+", "<x>", "node", "edge"),
                *("label", "subgraph", "floor", "3", "-.5", "//", "/*", "\n", '"', "<"),
            ]
        ),
        max_size=30,
    )
)
def test_that_any_text_in_dot_becomes_a_region_or_a_sentence(parts: list[str]) -> None:
    for text in (" ".join(parts), f"digraph {{ z {' '.join(parts)} }}"):
        try:
            made = imported(text)
        except (ImportRefusedError, UnreadableError) as error:
            assert str(error)
        else:
            assert len(read_region(made.text, "x").subsystems) == made.subsystems


class TestLabels:
    """What people see of a node is its label, not the id that the file has for it."""

    def test_that_a_label_that_only_one_node_has_is_its_name(self) -> None:
        text = 'digraph { n0 [label="ledger"]; n1 [label="Order History"]; n0 -> n1 }'
        assert edges(text) == {("ledger", "order-history")}
        assert titles(text) == {"ledger", "Order History"}

    def test_that_labels_that_several_nodes_have_stay_titles(self) -> None:
        text = 'digraph { n0 [label="db"]; n1 [label="DB"]; n0 -> n1 }'
        assert edges(text) == {("n0", "n1")}
        assert titles(text) == {"db", "DB"}

    def test_that_a_label_that_is_another_nodes_id_stays_a_title(self) -> None:
        assert edges('digraph { n0 [label="n1"]; n1; n0 -> n1; n1 -> gone; n2 [label="gone"] }') == {
            ("n0", "n1"),
            ("n1", "gone"),
        }

    def test_that_a_label_that_is_a_text_is_no_name(self) -> None:
        assert edges(f'digraph {{ n0 [label="{"word " * 20}"]; n0 -> b }}') == {("n0", "b")}

    def test_that_a_name_beside_an_id_is_a_label(self) -> None:
        nodes = [{"id": 17, "name": "ledger"}, {"id": 18, "name": "index"}]
        assert edges(json.dumps({"nodes": nodes, "links": [{"source": 17, "target": 18}]})) == {("ledger", "index")}

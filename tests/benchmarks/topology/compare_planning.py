"""Compares a keystroke's plan with polars, DuckDB and SQLite, which only count: what leaves of which subsystem and cell.

Not a test: run it by hand where polars and duckdb are installed.

    python -m tests.benchmarks.topology.compare_planning 1000000 20            # servers, subsystems
    python -m tests.benchmarks.topology.compare_planning 1000000 1000 480000   # and so many in the largest
    python -m tests.benchmarks.topology.compare_planning 1000000 20 0 5000     # in so many distinct sets of subsystems

Each of the others holds one row a server and subsystem, SQLite with indices for the query, and takes the first so many
servers in service of the largest subsystem. Ours chooses by the rule, asks every guard and gives a whole plan. All run in
this process in turn, while Python collects nothing; wall and processor time, which sums threads, as medians in milliseconds.
"""

import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np

from tests.benchmarks.generated import region_of, with_largest, with_sets
from topology.command.grammar.syntax import Count, Remove
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.preview import Planner
from topology.region.collecting import without_collection
from topology.region.server_states import ServerState

ROUNDS = 21
QUERY = """
WITH chosen AS (SELECT server FROM support WHERE subsystem = {subsystem} AND serving = 1 ORDER BY server LIMIT {count})
SELECT support.subsystem, support.cell, SUM(support.units) FROM chosen JOIN support ON support.server = chosen.server
GROUP BY support.subsystem, support.cell
"""

Counted = dict[tuple[int, int], int]


def table_of(state: State) -> dict[str, Any]:
    """Give one row a server and subsystem, in columns."""
    roster, fleet = state.region.roster, state.fleet
    sizes = np.array([len(profile) for profile in roster.profiles])
    server = np.arange(len(roster)).repeat(sizes[roster.profile])
    flat = np.array([pair for profile in roster.profiles for pair in profile])
    first = np.r_[0, np.cumsum(sizes)][:-1][roster.profile]
    within = np.arange(len(server)) - np.r_[0, np.cumsum(sizes[roster.profile])][:-1].repeat(sizes[roster.profile])
    pairs = flat[first.repeat(sizes[roster.profile]) + within]
    return {
        "server": server.astype(np.int32),
        "subsystem": pairs[:, 0].astype(np.int32),
        "units": pairs[:, 1].astype(np.int32),
        "cell": roster.rack_cell[roster.rack[server]].astype(np.int32),
        "serving": (fleet.state[server] == ServerState.IN_SERVICE).astype(np.int32),
    }


def in_sqlite(table: dict[str, Any]) -> Callable[[int, int], Counted]:
    """Put the table into SQLite in memory, with indices that cover the query."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE TABLE support (server INTEGER, subsystem INTEGER, units INTEGER, cell INTEGER, serving INTEGER)"
    )
    rows = zip(*(table[name].tolist() for name in table), strict=True)
    database.executemany("INSERT INTO support VALUES (?, ?, ?, ?, ?)", rows)
    database.execute("CREATE INDEX chosen ON support (subsystem, serving, server)")
    database.execute("CREATE INDEX counted ON support (server, subsystem, cell, units)")
    database.execute("ANALYZE")

    def count(subsystem: int, servers: int) -> Counted:
        rows = database.execute(QUERY.format(subsystem=subsystem, count=servers))
        return {(one, cell): units for one, cell, units in rows}

    return count


def in_duckdb(table: dict[str, Any]) -> Callable[[int, int], Counted]:
    """Put the table into DuckDB in memory."""
    database = import_module("duckdb").connect()
    database.register("frame", table)
    database.execute("CREATE TABLE support AS SELECT * FROM frame ORDER BY server")

    def count(subsystem: int, servers: int) -> Counted:
        found = database.execute(QUERY.format(subsystem=subsystem, count=servers)).fetchall()
        return {(one, cell): int(units) for one, cell, units in found}

    return count


def in_polars(table: dict[str, Any]) -> Callable[[int, int], Counted]:
    """Put the table into a data frame."""
    polars = import_module("polars")
    frame = polars.DataFrame(table)

    def count(subsystem: int, servers: int) -> Counted:
        meant = (polars.col("subsystem") == subsystem) & (polars.col("serving") == 1)
        chosen = frame.lazy().filter(meant).select("server").head(servers)
        counted = chosen.join(frame.lazy(), on="server").group_by("subsystem", "cell").agg(polars.col("units").sum())
        return {(one, cell): int(units) for one, cell, units in counted.collect().iter_rows()}

    return count


def cost_of(act: Callable[[], object]) -> tuple[float, float]:
    """Give the medians of wall and processor time in milliseconds, after a first time that does not count."""
    act()
    wall, processor = [], []
    with without_collection():
        for _ in range(ROUNDS):
            clock, start = perf_counter(), process_time()
            act()
            processor.append(process_time() - start)
            wall.append(perf_counter() - clock)
    return median(wall) * 1000, median(processor) * 1000


def compare(servers: int, subsystems: int, largest_has: int = 0, sets: int = 0) -> None:
    """Print a row for each number of servers that leave."""
    region = with_largest(region_of(servers, subsystems), largest_has)
    if sets:
        region = with_sets(region, sets)
    state = State(region, Fleet(region), revision=1)
    rows = state.fleet.scopes.region_row
    serving = np.where(rows >= 0, state.fleet.capacity[rows], 0)
    largest = int(serving.argmax())
    table, name, planner = table_of(state), state.region.subsystems[largest].name, Planner(state.region)
    others = {"polars": in_polars(table), "DuckDB": in_duckdb(table), "SQLite": in_sqlite(table)}
    most = len(np.unique(table["server"][(table["subsystem"] == largest) & (table["serving"] == 1)]))
    sys.stdout.write(
        f"{servers:,} servers, {subsystems:,} subsystems; {name}: {most:,} in service. Wall (processor) in ms\n"
    )

    def plan(leaving: int) -> None:
        planner.preview(state, Remove(Count(leaving), (name,)))

    for leaving in sorted({1, 2, 200, 1_000, most // 100, most // 10, most // 2, most}):
        counted = [count(largest, leaving) for count in others.values()]
        if any(one != counted[0] for one in counted):
            raise RuntimeError(f"the counts of {leaving:,} servers differ, so their times cannot be compared")
        costs = {
            "ours": cost_of(partial(plan, leaving)),
            **{one: cost_of(partial(ask, largest, leaving)) for one, ask in others.items()},
        }
        figures = "  ".join(f"{one} {wall:.2f} ({processor:.2f})" for one, (wall, processor) in costs.items())
        sys.stdout.write(f"{leaving:>9,}  {figures}\n")


if __name__ == "__main__":
    compare(*map(int, sys.argv[1:]))

"""What a closed box of the topology says: the numbers of the worst inside, and how many inside are not as they should be."""

from dataclasses import replace

import numpy as np

from console.panels.topology.cards.readings import NodeReading, Readings
from console.words.writing import literal
from topology.graph.outline import Outline
from topology.planning.plan import Impact


def condensed(readings: Readings, outline: Outline) -> Readings:
    """Read the nodes of *outline* from the *readings* of the region's subsystems; themselves where no box is closed.

    Readings of another description of the region, while that one is still being laid out, are taken by name.
    """
    index = outline.region.index
    if readings.index is not index and tuple(readings.names) != tuple(index):
        readings = readings.arranged(tuple(index), index)
    if not outline.closed:
        return readings
    columns, node_of = readings.columns, np.array(outline.node_of)
    # Worst first within each node, so that the first of each speaks for it.
    order = np.lexsort((columns.headroom, ~columns.impacted, -columns.rank, node_of))
    starts = np.flatnonzero(np.r_[True, np.diff(node_of[order]) > 0])
    speaker = order[starts]
    troubled = np.add.reduceat(columns.troubled[order].astype(np.int64), starts)
    taken = replace(
        columns.taken(speaker),
        impacted=np.logical_or.reduceat(columns.impacted[order], starts),
        touched=np.logical_or.reduceat(columns.touched[order], starts),
    )
    impacts: dict[int, Impact] = {}
    for member in sorted(readings.impacts):
        node = int(node_of[member])
        if node not in impacts or member == speaker[node]:
            impacts[node] = readings.impacts[member]

    def make(number: int) -> NodeReading:
        node, first = outline.nodes[number], int(speaker[number])
        reading = readings.at(first)
        if node.box is None:
            return reading
        impact = impacts.get(number)
        return replace(
            reading,
            name=node.name,
            label=literal(node.label),
            external=node.external,
            impacted=impact.because if impact else (),
            already=impact.already if impact else False,
            operations=impact.operations if impact else (),
            touched=bool(taken.touched[number]),
            inside=len(node.members),
            troubled=int(troubled[number]),
            speaks_for=reading.label,
        )

    return Readings(
        outline.names,
        taken,
        make,
        impacts,
        stale=readings.stale,
        planned=readings.planned,
        index=outline.index,
        inside=speaker * np.int64(2**32) + troubled,
    )

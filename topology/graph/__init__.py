"""Who needs whom: the graph, ways in it, cycles, and what of it is drawn."""

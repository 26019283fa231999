"""Graphs that other tools drew: GraphML, DOT, node-link JSON, Vizceral."""

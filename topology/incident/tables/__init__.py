"""The tables of an incident's file, a reader for each; `topology.incident.reading` puts them together."""

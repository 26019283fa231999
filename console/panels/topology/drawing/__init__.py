"""How the topology is painted, near and from afar, and kept as a picture."""

"""The graph as a Prometheus observed it."""

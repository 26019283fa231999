"""The command language: what can be said, read, printed and completed."""

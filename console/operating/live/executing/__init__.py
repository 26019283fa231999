"""Carrying one execution out at a region: what it keeps to, what is sent, and what the journal is told."""

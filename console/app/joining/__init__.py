"""Joining a run that goes on in another window."""

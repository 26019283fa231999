"""Runs of a training, in the terminal."""

"""Longer texts, for the clipboard and for paper."""

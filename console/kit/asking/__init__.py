"""Putting questions to who sits before the screen."""

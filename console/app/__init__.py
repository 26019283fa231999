"""Starts it all: the window's session, a replay's session, the program off screen, and the `underkeel` command."""

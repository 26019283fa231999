"""The window of a replay: its panels, and the workspace that they see."""

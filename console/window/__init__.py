"""The main window, the workspace that its panels see, the table of actions, and settings."""

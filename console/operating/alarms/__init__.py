"""Alarms at a console: judged beside the window, journaled, shared with the other consoles of this machine."""

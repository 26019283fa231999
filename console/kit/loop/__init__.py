"""When things are done on the window's own loop: after the painting, or beside the window."""

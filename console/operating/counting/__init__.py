"""Which servers leave, counted a little at a time, so that the window goes on meanwhile."""

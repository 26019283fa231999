"""Where things are in the topology, in pixels at a zoom of 1, and which part is in view."""

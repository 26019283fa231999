"""How the fleet map is painted: its layers, labels and frames, and the line below it."""

"""Lines to read and choose from: their table, and the model behind it."""

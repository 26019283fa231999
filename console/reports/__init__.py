"""Pages that are saved and read elsewhere."""

"""What every program of a desktop has: recent files, editing, preferences, scale, printing."""

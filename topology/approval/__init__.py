"""A second person: what needs one, what exactly is approved, and by whom. Values and rules alone; nothing below it."""

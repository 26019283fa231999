"""How the window shows views and sentences: its panels, what each gets of a view, and what is told."""

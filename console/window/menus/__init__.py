"""The menu bar, made from the table of actions."""

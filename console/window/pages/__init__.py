"""The row of pages below the topology: tabs, room, and windows of their own."""

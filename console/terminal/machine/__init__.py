"""What concerns the machine the program is on: its menu entry, and what to send to whoever helps."""

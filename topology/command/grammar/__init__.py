"""What a command is made of: its frozen form, tokens, names, quantities, places, and the words a region knows."""

"""The one line on which commands are typed, with its completion list and history."""

"""Takes the text of a description apart, whatever it describes."""

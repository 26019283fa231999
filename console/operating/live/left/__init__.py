"""What consoles that are gone left unfinished, and who takes it over."""

"""What the machine and its desktop have and are asked for: looks, scale, notifications."""

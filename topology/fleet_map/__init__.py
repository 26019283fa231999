"""The fleet as a map: where each server is in an image, what it is marked as, and what part of it is called in a command."""

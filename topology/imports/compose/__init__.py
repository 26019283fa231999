"""Descriptions made from Compose files."""

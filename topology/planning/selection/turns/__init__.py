"""Whose turn it is to leave, where servers of many profiles hold each other back."""

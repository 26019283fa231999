"""Descriptions made from what other systems already state; each import says what it did not understand."""

"""Layers of a layout and the order in them: few crossings."""

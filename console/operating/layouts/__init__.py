"""The layout of a region's graph in arrays, and where layouts are kept between sessions."""

"""The fleet map on the screen: every server one cell of an image, and what mouse and keys do with it."""

"""JSON Schemas of what the program reads and writes, for editors and for checks elsewhere."""

"""`underkeel import`: a table of importers, and the one driver that reads, notes and writes for all of them."""

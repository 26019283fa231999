"""A thin client of etcd, for the rim alone: what ledgers and links on etcd are both made of. It knows neither."""

"""The ledger in etcd: shared by consoles on any number of machines."""

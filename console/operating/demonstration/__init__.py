"""A region to try consoles on: put into an etcd, with its agents played."""

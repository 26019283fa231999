"""Regions in etcd, and the ledgers that consoles share there."""

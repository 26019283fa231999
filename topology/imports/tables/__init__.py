"""Descriptions made from tables: servers, edges, and groups of instances."""

"""Traces and lists of calls, of Jaeger and Zipkin, as a graph."""

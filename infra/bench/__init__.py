"""Measurements of the running service, each beside what stands without it."""

"""The promotion engine: fixed phases over plain values, and a reason for whatever did not apply."""

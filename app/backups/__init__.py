"""Backups: the whole shop in one signed file, and the way back from it."""

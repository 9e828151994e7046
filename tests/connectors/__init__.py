"""The machinery that all partners share."""

"""The trade's sentences about orders."""

"""The sentences of the trade about money."""

"""The shops that sell for us."""

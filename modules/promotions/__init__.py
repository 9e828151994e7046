"""Promotions: which offers a cart gets, what they take off, and why others did not apply."""

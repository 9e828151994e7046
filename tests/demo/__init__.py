"""The demo shop: that it is the same for the same day, whole, and true in every ledger."""

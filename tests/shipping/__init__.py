"""The sentences of the trade about parcels on their way."""

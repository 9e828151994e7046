"""The long proof: crashes, repeats and load on a running shop, and the figures that come of it."""

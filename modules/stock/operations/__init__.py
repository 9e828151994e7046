"""Changes of stock: each function is one thing that staff or a higher room can do."""

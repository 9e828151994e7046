"""What publishing a draft would mean: which promotions it meets, what it may sell below cost."""

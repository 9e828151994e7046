"""What people and programs send who mean no good, and what they get for it."""

"""What npm brings at set-up; nothing here runs in the product."""

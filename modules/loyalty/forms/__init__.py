"""What people may type about loyalty. A form checks shape; the operations check rules."""

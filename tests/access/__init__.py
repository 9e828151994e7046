"""Who may enter where: every door of the house tried by everybody."""

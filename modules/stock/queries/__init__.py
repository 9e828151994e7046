"""Questions about stock. Nothing here changes a row."""

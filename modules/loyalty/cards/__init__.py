"""Cards as people hold them: printed on paper, one or many, and shown on a phone."""

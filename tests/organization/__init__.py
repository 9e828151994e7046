"""The organization: its rules, its API, its screens and its commands."""

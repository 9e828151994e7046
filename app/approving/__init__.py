"""A second person: what goes beyond somebody's limits is asked for, and approved by another."""

"""Benefits: one file each. A new file here is found by the registry and needs nothing else."""

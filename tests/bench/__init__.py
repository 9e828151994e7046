"""Benchmarks: cost per operation, beside its limit in the same run."""

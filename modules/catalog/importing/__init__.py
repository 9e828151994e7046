"""Files that become products: read, planned, written step by step, accounted for, taken back."""

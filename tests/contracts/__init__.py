"""One test per port, run over every connector that fulfils it."""

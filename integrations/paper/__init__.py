"""Partners made of paper: a shop, a courier, a gateway and a bank, kept in files of the house."""

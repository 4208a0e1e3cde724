"""Which archived report goes to whom, and what the ledger says of it."""

"""The ledger (database) and the shelf (raw bytes)."""

"""The repositories of one transaction: each table has one that reads and writes it."""

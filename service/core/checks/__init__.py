"""The roster's checks, grouped by how much they look at: one cell, one row, the whole list."""

"""Pure rules: values in, values out. No file, socket, clock, database, template or randomness."""

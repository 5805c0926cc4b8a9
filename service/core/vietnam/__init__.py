"""What the core knows of Vietnamese names, numbers, dates and letters."""

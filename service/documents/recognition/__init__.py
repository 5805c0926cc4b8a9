"""Page picture to fields with confidence."""

"""What happens to a mail, an answer, a day: the service's story in functions over ports."""

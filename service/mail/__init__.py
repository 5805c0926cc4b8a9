"""Mail as bytes: mailboxes, sending, MIME and templates."""

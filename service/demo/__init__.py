"""A whole campaign on this machine: a mail server and the people who answer."""

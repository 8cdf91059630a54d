"""Which mails are of one conversation."""

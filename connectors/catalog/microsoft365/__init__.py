"""Microsoft 365: contacts and meetings of a mailbox, both ways, and the messages that arrive in it."""

"""Gmail: the messages of one mailbox as activities, and sending."""

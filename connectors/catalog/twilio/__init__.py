"""Twilio: messages, read and sent, calls and numbers of one account."""

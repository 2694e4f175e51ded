"""The mail listeners: SMTP as another door to the same services."""

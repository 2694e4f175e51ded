"""Mailchimp Marketing: the members of one audience, both ways."""

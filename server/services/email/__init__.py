"""The email platform: what a tenant sends, what arrives, the domains it sends from, and why each thing happened."""

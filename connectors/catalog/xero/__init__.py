"""Xero: the contacts of one organisation, both ways, and its invoices."""

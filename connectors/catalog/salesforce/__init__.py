"""Salesforce: contacts, leads, accounts and opportunities, both ways."""

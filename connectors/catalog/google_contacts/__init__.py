"""Google Contacts: the contacts of one account, both ways."""

"""Rules of mail: reading it, what a message is, why it was refused; signatures, policies, reports, records in the DNS. Rules only, no I/O."""

"""Rules of mail: signatures, policies, reports, records in the DNS. Rules only, no I/O."""

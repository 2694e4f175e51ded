"""SuiteCRM's legacy interface v4_1: its methods, sessions and faults over the same records, for clients that are never changed."""

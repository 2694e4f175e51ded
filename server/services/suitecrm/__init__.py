"""SuiteCRM's view of a tenant: its modules and fields as a table over our records, for clients that speak its two wire formats."""

"""SuiteCRM's wire formats, for clients that were written for it."""

"""Sync with vendors: runs that read and write pages of records, each page committed with its cursor, and what waits for a person."""

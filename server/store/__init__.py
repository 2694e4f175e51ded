"""The only SQL. One file per noun: its table and its queries; `tenant_id, mode` come first in every tenant-scoped one."""

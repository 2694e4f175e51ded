"""Identities that several connectors of a vendor share: one file each, and the manners that all of the vendor's APIs have."""

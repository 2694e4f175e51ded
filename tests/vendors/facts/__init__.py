"""Slices of facts written by hand, for vendors that publish no description; each names its source."""

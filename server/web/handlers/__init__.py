"""One file per noun: short functions from a call to an answer."""

"""A stateful stand-in for the vendors: one program, a personality each, held against the vendors' own descriptions."""

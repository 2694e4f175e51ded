"""One file per resource: the pydantic model of its fields, from which its table, validation, routes and document come."""

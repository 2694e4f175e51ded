"""HTTP in: one typed route table drives routing, validation, authorisation, limits and the OpenAPI document."""

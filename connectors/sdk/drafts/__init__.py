"""A connector's first draft out of a vendor's own description: OpenAPI 3, Swagger 2, or a discovery document of Google's."""

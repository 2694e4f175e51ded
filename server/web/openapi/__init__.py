"""The OpenAPI 3.1 document, made from the route table alone; imported only when somebody asks for it."""

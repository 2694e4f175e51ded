"""GraphQL over the same services: a schema made of the declared resources, read in as many queries as the question has levels."""

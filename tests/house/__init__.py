"""The rules of the house as tests: shape, names, walls that import-linter cannot see, licences, locks and pages."""

"""Zapier, which calls us: the app that it is told of, made of the API's own description."""

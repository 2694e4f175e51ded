"""One vendor each, written from its description and documentation."""

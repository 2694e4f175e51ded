"""One folder per vendor; nothing central to edit."""

"""Real peers that tests run against: servers from pip, or from the system where pip has none."""

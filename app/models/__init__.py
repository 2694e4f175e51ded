"""What tables and trees show, held in as little memory as their window on it needs."""

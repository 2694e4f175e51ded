"""Taking in what vendors send: the gateway, the keys it verifies with, the processing afterwards, and the watch over its sources."""

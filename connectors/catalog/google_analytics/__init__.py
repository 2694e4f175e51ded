"""Google Analytics 4: events of leads and purchases, and which events count as conversions."""

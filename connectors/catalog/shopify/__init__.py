"""Shopify: the customers of a shop, both ways, its orders and its products."""

"""Stripe with Connect: customers and products both ways, payments and invoices read, and money moved on request."""

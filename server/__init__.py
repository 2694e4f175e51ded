"""The appliance: public API, webhooks, worker and administration, in layers that only call downwards."""

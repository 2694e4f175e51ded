"""HubSpot CRM: contacts, companies and deals, both ways."""

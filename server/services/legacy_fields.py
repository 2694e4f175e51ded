"""The custom fields that SuiteCRM's clients need and records here lack, by resource and type; declared when a tenant lets them in.

A test holds this table against the fields of the modules.
"""

from __future__ import annotations

from typing import Final

NEEDED: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "activities": {
        "boolean": ("portal_flag",),
        "number": ("email_reminder_time", "reminder_time"),
        "text": (
            "further_contacts",
            "description_html",
            "direction",
            "email_status",
            "email_type",
            "file_mime_type",
            "filename",
            "join_url",
            "location",
            "message_id",
            "priority",
            "suitecrm_status",
        ),
    },
    "companies": {
        "text": (
            "account_type",
            "annual_revenue",
            "campaign_id",
            "description",
            "email1",
            "employees",
            "ownership",
            "phone_alternate",
            "phone_fax",
            "rating",
            "shipping_address_city",
            "shipping_address_country",
            "shipping_address_postalcode",
            "shipping_address_state",
            "shipping_address_street",
            "shipping_address_street_2",
            "sic_code",
            "ticker_symbol",
            "website",
        ),
    },
    "contacts": {
        "boolean": ("converted", "do_not_call"),
        "date": ("birthdate",),
        "text": (
            "account_description",
            "alt_address_city",
            "alt_address_country",
            "alt_address_postalcode",
            "alt_address_state",
            "alt_address_street",
            "alt_address_street_2",
            "assistant",
            "assistant_phone",
            "campaign_id",
            "department",
            "description",
            "email2",
            "lead_account_name",
            "lead_source_description",
            "lead_status",
            "opportunity_amount",
            "opportunity_name",
            "phone_fax",
            "phone_home",
            "phone_mobile",
            "phone_other",
            "refered_by",
            "salutation",
            "status_description",
            "website",
        ),
    },
    "deals": {
        "text": (
            "further_contacts",
            "campaign_id",
            "description",
            "lead_source",
            "next_step",
            "opportunity_type",
        ),
    },
    "documents": {
        "date": (
            "active_date",
            "exp_date",
        ),
        "text": (
            "further_contacts",
            "doc_type",
            "filename",
            "revision",
            "status_id",
            "subcategory_id",
        ),
    },
}

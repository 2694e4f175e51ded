"""Tracking: the requests for addresses in mails, judged a while after they came."""

from typing import Any

TABLES = """
CREATE TABLE email_hits (
    id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, mode TEXT NOT NULL, message_id TEXT NOT NULL, recipient_id TEXT NOT NULL, kind TEXT NOT NULL,
    place INTEGER NOT NULL, links INTEGER NOT NULL, target TEXT, method TEXT NOT NULL, agent TEXT NOT NULL, sent_at BIGINT, at BIGINT NOT NULL,
    outcome TEXT, rule TEXT);
CREATE INDEX email_hits_recipient ON email_hits (recipient_id, at);
CREATE INDEX email_hits_waiting ON email_hits (at) WHERE outcome IS NULL;
CREATE INDEX email_hits_age ON email_hits (at);
"""


def up(_migrator: Any, db: Any) -> None:
    """Create the table."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)


def down(_migrator: Any, db: Any) -> None:
    """Drop the table."""
    db.execute_sql("DROP TABLE IF EXISTS email_hits")

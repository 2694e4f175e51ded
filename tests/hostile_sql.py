"""Fragments of SQL that attackers send where a condition is expected: what is known from the literature, put into every place it may stand in.

Each is refused, or is an ordinary condition whose value only looks dangerous; `MATCHING` names the latter.
"""

from __future__ import annotations

from typing import Final

_ALONE: Final = (
    "1=1", "1", "true", "0 or 1", "''=''", "'a'='a'", "not 1=2", "1=1--", "1=1 #", "1=1/*", "()", "(", ")", "'", '"', "`", "\\", ";", "--", "#",
    "/**/", "=", "contacts", "contacts.", ".last_name", "contacts.last_name", "contacts.last_name =", "contacts.last_name = =", "= 'a'",
    "contacts.last_name LIKE", "contacts.last_name IN ()", "contacts.last_name IN ('a'", "contacts.last_name IN 'a'", "contacts.last_name IN (,)",
    "contacts.last_name BETWEEN 'a'", "contacts.last_name BETWEEN 'a' AND", "contacts.last_name IS", "contacts.last_name IS NOT",
    "contacts.last_name IS 'a'", "contacts.last_name NOT 'a'", "contacts.last_name NOT", "contacts.last_name = 'a' AND", "AND", "OR", "NOT", "NULL",
    "contacts.last_name = NULL", "contacts.last_name = first_name", "contacts.last_name = contacts.first_name", "contacts.last_name == 'a'",
    "contacts.last_name = 'a' 'b'", "contacts.last_name = 'a", "contacts.last_name = 'a\\'", "contacts.last_name = a'", "contacts.last_name = ''a'",
    "contacts.last_name = 'O'Brien'", "contacts..last_name = 'a'", "contacts.last_name.x = 'a'", "contacts.last_name. = 'a'", "'contacts' = 'a'",
    "contacts.`last_name = 'a'", "contacts.`last name` = 'a'", "[contacts].[last_name] = 'a'", "contacts.* = 'a'", "* = 'a'", "? = 'a'",
    "contacts.last_name = ?", "contacts.last_name = %s", "contacts.last_name = :a", "contacts.last_name = @a", "@@version = 'a'", "$1 = 'a'",
    "contacts.last_name = 0x61", "contacts.last_name = x'61'", "contacts.last_name = b'1'", "contacts.last_name = _utf8'a'",
    "contacts.last_name = N'a'", "contacts.last_name = E'a'", "contacts.last_name = $$a$$", "contacts.last_name = 1e309", "contacts.last_name = 1.",
    "contacts.last_name = .5", "contacts.last_name = +1", "contacts.last_name = 1+1", "contacts.last_name = 'a' || 'b'", "contacts.last_name = --1",
    "contacts.last_name = 'a' && 1", "contacts.last_name = 'a' XOR 1", "! contacts.last_name = 'a'", "contacts.last_name <=> 'a'",
    "contacts.last_name RLIKE 'a'", "contacts.last_name REGEXP 'a'", "contacts.last_name ~ 'a'", "contacts.last_name GLOB 'a'",
    "contacts.last_name SOUNDS LIKE 'a'", "contacts.last_name MATCH 'a'", "contacts.last_name LIKE 'a' ESCAPE 'b'", "contacts.last_name LIKE 1",
    "contacts.last_name LIKE BINARY 'a'", "contacts.last_name COLLATE utf8_bin = 'a'", "contacts.last_name::text = 'a'", "BINARY contacts.id = 'a'",
    "contacts.last_name = (SELECT 'a')", "(SELECT 1) = 1", "EXISTS (SELECT 1)", "contacts.id IN (SELECT id FROM users)",
    "contacts.id IN (SELECT id FROM contacts)", "contacts.id = ANY (SELECT id FROM contacts)", "contacts.id IN (TABLE contacts)",
    "contacts.id IN (VALUES ('a'))", "contacts.id IN (WITH a AS (SELECT 1) SELECT * FROM a)", "(contacts.id, 1) IN (SELECT id, 1 FROM contacts)",
    "CASE WHEN 1=1 THEN 1 ELSE 0 END", "IF(1=1, 1, 0)", "users.user_hash LIKE '%'", "contacts.user_hash LIKE '%'", "user_hash = 'a'",
    "users.user_name = 'admin'", "tenants.id = 'a'", "sqlite_master.name = 'a'", "pg_catalog.pg_user = 'a'", "information_schema.tables = 'a'",
    "contacts.tenant_id = 'a'", "contacts.mode = 'live'", "contacts.external_ids = 'a'", "contacts.version > 0", "contacts.rowid > 0",
    "contacts.ctid = 'a'", "accounts.name = 'a'", "leads.last_name = 'a'", "contacts_cstm.tenant_id = 'a'", "custom.x = 'a'", "id.id = 'a'",
    "contacts.last_name = 'a\0'", "contacts.last_name = '\\0'", "contacts.last_name = 'a' \0", "contacts.last_name = '\ud800'",
    "\ufeffcontacts.id = 'a'",
    "contacts.last_name = \u2019a\u2019", "contacts\u2024last_name = 'a'", "contacts.last_name \uff1d 'a'", "contacts.last_name\u00a0= 'a'",
    "contacts.last_name = \u0661", "WHERE contacts.last_name = 'a'", "contacts.last_name = 'a' ORDER BY 1", "contacts.last_name = 'a' LIMIT 1",
    "contacts.last_name = 'a' GROUP BY id", "contacts.last_name = 'a' HAVING 1=1", "contacts.last_name = 'a' INTO OUTFILE '/tmp/a'",
    "contacts.last_name = 'a' FOR UPDATE", "contacts.last_name = 'a' PROCEDURE ANALYSE()", "contacts.last_name = 'a' LOCK IN SHARE MODE",
)  # fmt: skip
_FROM: Final = "FROM email_addr_bean_rel eabr JOIN email_addresses ea ON ea.id = eabr.email_address_id"
_ANYBODY: Final = "ea.email_address LIKE '%'"
_TAILS: Final = (
    "OR 1=1", "OR 1=1--", "OR 1=1#", "OR 1=1/*", "OR '1'='1'", "OR 'a'='a' --", "AND 1=2", "AND SLEEP(5)", "OR SLEEP(5)=0", "AND pg_sleep(5)",
    "AND (SELECT 1 FROM (SELECT SLEEP(5)) a)", "AND BENCHMARK(9999999, MD5('a'))", "OR LOAD_FILE('/etc/passwd') IS NOT NULL",
    "AND extractvalue(1, concat(0x7e, version()))", "AND updatexml(1, concat(0x7e, user()), 1)", "AND ASCII(SUBSTR(user(), 1, 1)) > 64",
    "AND randomblob(1000000000) = 1", "AND load_extension('a')", "AND sqlite_version() = 'a'", "AND version() = 'a'", "AND current_user = 'a'",
    "UNION SELECT 1", "UNION ALL SELECT id, user_hash FROM users", "UNION/**/SELECT 1", "UNION(SELECT 1)", "INTERSECT SELECT 1", "EXCEPT SELECT 1",
    "; DROP TABLE contacts", "; DELETE FROM contacts; --", "; UPDATE users SET role = 'owner'", "; SELECT pg_sleep(5)", "; ATTACH 'a' AS a",
    "; PRAGMA writable_schema = 1", "; COPY users TO '/tmp/a'", "; SHUTDOWN", "AND 1 IN (SELECT user_hash FROM users)", ") OR (1=1", ")) OR ((1=1",
    ") UNION SELECT 1 --", "OR EXISTS (SELECT 1 FROM users)", "OR NOT EXISTS (SELECT 1)", "OR users.user_hash LIKE '$2%'", "OR contacts.deleted",
    "/*!50000OR*/ 1=1", "/*! OR 1=1 */", "-- \nOR 1=1", "OR\x0b1=1", "\0 OR 1=1", "OR 1 LIKE 1", "OR 1 BETWEEN 0 AND 2", "OR 1 IN (1)",
    "OR NULL IS NULL", "OR id = id", "OR contacts.id = contacts.id", "HAVING 1=1", "LIMIT 0, 1000", "RETURNING *",
    "OR (contacts.id) IN (SELECT id FROM contacts)",
    "OR contacts.id IN (SELECT eabr.bean_id FROM email_addr_bean_rel eabr)",
    "OR contacts.id IN (SELECT eabr.bean_id FROM email_addr_bean_rel eabr WHERE 1=1)",
    "OR contacts.id IN (SELECT eabr.bean_id FROM email_addr_bean_rel eabr JOIN email_addresses ea ON 1=1 WHERE ea.email_address LIKE '%')",
    f"OR contacts.id IN (SELECT user_hash {_FROM} WHERE {_ANYBODY})",
    f"OR contacts.id IN (SELECT eabr.bean_id {_FROM.replace('email_addresses', 'users')} WHERE {_ANYBODY})",
    f"OR contacts.id IN (SELECT eabr.bean_id {_FROM} WHERE {_ANYBODY} OR 1=1)",
    f"OR contacts.id IN (SELECT eabr.bean_id {_FROM} WHERE {_ANYBODY} UNION SELECT id FROM users)",  # noqa: S608 - it is meant to be one
    f"OR contacts.id IN (SELECT eabr.bean_id {_FROM} WHERE {_ANYBODY} AND eabr.bean_id IN (SELECT id FROM users))",  # noqa: S608 - as above
    f"OR contacts.id IN (SELECT eabr.bean_id {_FROM} WHERE {_ANYBODY} AND NOT eabr.deleted = 0)",
    f"OR contacts.id IN (SELECT eabr.bean_id {_FROM} WHERE eabr.deleted = 0)",
    f"OR contacts.last_name IN (SELECT eabr.bean_id {_FROM} WHERE {_ANYBODY})",
    f"OR contacts.id IN (SELECT eabr.bean_id, 1 {_FROM} WHERE {_ANYBODY})",
)  # fmt: skip
_VALUES: Final = (
    "' OR 1=1 --", "'; DROP TABLE contacts; --", "' UNION SELECT user_hash FROM users --", "\\' OR 1=1 --", "%", "_", "%' OR '%'='", "?", "%s", "$1",
    ":a", "{0}", "\\", "\\\\", "%00", "${jndi:ldap://x}", "<script>", "\u2019 OR 1=1", "''", '"', "`", "NULL", "*", "[a-z]", "\n", "\x1a",
)  # fmt: skip

REFUSED: Final = (
    *_ALONE,
    *(f"contacts.last_name = 'a' {tail}" for tail in _TAILS),
    *(f"(contacts.last_name LIKE '%') {tail}" for tail in _TAILS),
    "NOT " * 30 + "contacts.last_name = 'a'",
    "(" * 200 + "contacts.last_name = 'a'" + ")" * 200,
    " OR ".join(["contacts.last_name = 'a'"] * 500),
    "contacts.last_name IN (" + ", ".join(["'a'"] * 5000) + ")",
    "contacts.last_name = '" + "a" * 100_000 + "'",
)
"""None of these may be understood."""


def _written(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


MATCHING: Final = tuple((f"contacts.last_name = '{_written(value)}'", value) for value in _VALUES)
"""Conditions that are in order, each with the one value that fulfils it."""

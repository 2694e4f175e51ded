"""Single words that hint at why a server refused: a table for replies.py, asked last, when no phrase and no code said anything.

A hint never says that an address is dead: it only tells apart refusals that would else have no reason at all.
"""

from __future__ import annotations

from typing import Final

CUES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("virusdetected", (r"\bviru", "malware", "infect")),
    ("failedstarttls", (r"\btls\b", r"\bssl\b", "certificate", "encrypt")),
    ("norelaying", (r"\brelay",)),
    ("requireptr", (r"\bptr\b", "reverse dns", r"\brdns\b", "name lookup", "unresolv")),
    ("authfailure", (r"\bspf\b", r"\bdkim\b", r"\bdmarc\b", "spoof")),
    ("badreputation", ("reputation", r"\bscore\b", "complaints")),
    ("spamdetected", ("spam", "unsolicited", "junk", "phish", r"\bbulk\b", r"\burls?\b")),
    ("mailboxfull", (r"\bquota", "mailbox (?:is )?full", "storage", r"\bspace\b")),
    ("notcompliantrfc", (r"\brfc ?\d", "multiple .{0,20}headers?", "duplicate .{0,20}header", "malformed")),
    ("mesgtoobig", (r"\btoo (?:big|large|long)", r"\bsize\b", "line limit")),
    ("suspend", ("disabled", "inactive", "suspend", "deactivat", "frozen")),
    ("toomanyconn", ("too many .{0,20}(?:connect|session|recipient)", "simultaneous", "concurrent")),
    ("speeding", (r"\brate\b", "too (?:fast|frequent|many)", "throttl", r"\bper (?:hour|day|minute)", "slow down")),
    ("mailererror", (r"\bpipe\b", "exit (?:code|status)", r"\bmailer\b", "procmail", "command (?:failed|died|not found)")),
    ("systemerror", ("ldap", "database", "duplicated? message", "internal", "configuration", r"\bdaemon\b", "busy", "service (?:is )?unavailable")),
    ("networkerror", (r"\bloop", r"\bhops?\b", r"\bdns\b", r"\bnetwork\b", r"\broute\b", "name server", "resolv")),
    ("expired", ("timed? ?out", "deferred", r"\bdelay", "retry", "queue", "not respond", "connect", "greylist", "try again")),
    ("blocked", ("block", "blacklist", r"\bban", r"\bip\b", "client host", "your isp", r"\bhelo\b")),
    ("policyviolation", ("polic", "content", "attachment", "prohibit", "header", "restrict")),
    ("rejected", (r"\bsender", "originator", "responsible address", "send mail as", r"\bpermission")),
    ("securityerror", ("authenticat", "password", "login", "authori[sz]")),
    ("contenterror", (r"\bmime\b", "charset", "encoding", "body type", "8bit")),
    ("syntaxerror", ("syntax", "protocol", "command", "argument")),
)  # fmt: skip

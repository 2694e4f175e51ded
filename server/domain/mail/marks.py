"""What single providers and programs write that the general phrases would mistake: a table for replies.py, read before all others.

The names are those of their own pages about refusals: Gmail, Exchange, Yahoo, Comcast, Cox, Charter, Orange, NetEase, Mail.ru and others.
"""

from __future__ import annotations

from typing import Final

MARKS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("mailboxfull", (
        "over ?quota and inactive", "mailbox is too large", "(?:user|recipient|mailbox) has too many messages", "overquota(?:perm|temp)",
        "(?:is|was) (?:over|out of|exceeding) (?:its |his |their )?(?:storage|disk|mailbox|mail) ?(?:quota|space|limit)",
    )),
    ("filtered", (
        "cannot route mail to user",
    )),
    ("mesgtoobig", (
        "(?:header|message) size[^.]{0,40} exceeds? ",
    )),
    ("speeding", (
        "mail send limit exceeded", "ratelimit exceeded", "(?:exceeded|over) (?:its|the|your) quota for sending", r"\brl0000\d\d\b",
        r"per hour \(\d+/\d+", r"\b(?:hl|rp|mi):(?:ifc|ifq|drc|dmc|sfq|qrc|stc)\b",
    )),
    ("toomanyconn", (
        "too many connections, slow down", r"4\.5\.3 (?:<> )?too many recipients", r"\bhl:icc\b",
    )),
    ("authfailure", (
        "(?:spf|dkim|dmarc|authentication) (?:check )?(?:did ?n.t|does ?n.t|did not) pass", "must pass (?:either )?(?:spf|dkim)",
        "does(?:n't| not) have a dmarc record", r"\bspf record\b[^.]{0,60}suspicious", r"\bmi:(?:spf|dma|dki)\b",
        "multiple authentication checks failed",
        r"\barc validation fail", r"\[spf\]",
    )),
    ("failedstarttls", (
        "sent over a tls connection", "requiretls", "encryption needed",
    )),
    ("requireptr", (
        r"\b(?:aup#)?cxdns\b", r"\bpt0000\d\d\b", "dns:nr",
    )),
    ("systemfull", (
        "^.{0,60}mail ?system (?:is )?full", "out of disk space for",
        r"4\.3\.1 .{0,30}(?:out of|insufficient|not enough|no) .{0,10}(?:disk|storage|space)",
    )),
    ("spamdetected", (
        "spam classification", r"\bdt:sp[mb]\b", r"\(hvu:", "rejected under suspicion of spam", r"ofr[_\d]*_50[6-9]", r"\bib50[45]\b",
        "classified as spam",
        "spam (?:message|content|mail) (?:rejected|detected|refused|discarded|blocked)", "virus or spam content",
        "blocked by (?:our |the |a )?(?:spam|bulk|anti-?spam|(?:content |mail |e-?mail )?filter)", "contains a banned (?:phrase|word)",
        "url in (?:your|the|this) (?:message|mail|e-?mail)",
    )),
    ("rejected", (
        "sender (?:e-?mail )?address (?:is|was|has been) (?:rejected|refused|denied)", r"\baup#cxsndr\b", r"\bmi:(?:nhd|sfa|stc)\b",
        "required for sender address", "from: domain is invalid", r"\bib506\b", r"\[mail_from\]", "but sender was rejected",
        "purported responsible", "google ?groups",
        "'send mail as'", "unroutable sender", "sender address rejected", "domain of (?:the )?sender", "bad sender's", "emetteur invalide",
        "invalid sender", r"resolver\.rst\.(?:not)?authori[sz]ed", "spoofed message", "allowed-senders", "sendernotauthenticated",
        "invalid dns mx or a/aaaa", "send as this sender", "(?:invalid|inactive) user[. ]+mail from",
    )),
    ("policyviolation", (
        r"(?:file|attachment) (?:type|name|extension)s? \S{0,12} ?(?:not allowed|not accepted|blocked|banned|forbidden)",
        "(?:message|mail|e-?mail) (?:was |is |has been )?blocked by polic", "banned: ", "banned (?:file|content|name|attachment|type)",
        r"\bnot accept (?:e-?)?mails? in\b", "password[- ]protected (?:archive|zip|file|attachment)",
        "rejecting banned content", "admin(?:istrative(?:ly)?)? prohibit",
        r"not accept [.]?(?:exe|zip|html?|com|scr|bat)\b",
    )),
    ("blocked", (
        "suspected bounce attack", r"\bpol-[pt]\d\b", "mail refused - <", "(?:from )?your country (?:is )?not allowed",
        "connection refused from", "listed as an open", "block for spam", "suspected spam ip", r"\b(?:bl|es)0000\d\d\b",
        r"\((?:dyn|rtr|rly|cnl|con|igr|snd|rlt):[a-z]{1,2}\d?\)",
        r"\baup#(?:cxbl|cdrbl|ipbl\d*|out-\d+|in-\d+)\b", r"\bhl:(?:rep|mep|ipb|ihu|isc|rbl)\b", "blocked by barracuda reputation",
        "client host blocked for spamming", "blocked using (?!spamassassin)", "envelope blocked", "blocked senders", "error: too many errors",
    )),
    ("expired", (
        "address verification in progress", "could not contact dns servers", r"queue\.expired", r"delivery failed \d+ attempts",
        "gr[ae]y-?list(?:ed|ing)",
    )),
    ("speeding", (
        "too many recent messages", "daily (?:message |sending )?limit", "reached (?:your|its|the) .{0,20}limit for", "excessive volume",
        "max(?:imum)? messages? per connection", "recipient has exceeded (?:their|message)", "sender has exceeded the limit",
    )),
    ("hostunknown", (
        "dns lookup failed: nxdomain", "destination server [^.]{0,60}could not be found", r"smtpsend\.dns\.nonexistentdomain",
        "dns error: (?:domain name not found|dns server returned answer with no)",
        "no (?:mx|a) (?:or (?:mx|a|aaaa) )?records? for", "dns hard error", "infodomainnonexistent",
    )),
    ("networkerror", (
        "temporary failure in name resolution", r"smtpsend\.dns\.mxloopback", "lowest[- ]numbered mx", "loop detected", "no route to host",
        "network error on destination", "temporary failure in mx lookup",
    )),
    ("securityerror", (
        r"resolver\.rst\.authrequired", "authentication mechanism is too weak", "cannot authenticate", "too many login attempts",
    )),
    ("toomanyconn", (
        r"resolver\.adr\.reciplimit",
    )),
    ("mesgtoobig", (
        "recipsizelimit", "sendersizelimit", "(?:message|mail) size violation",
    )),
    ("systemerror", (
        r"resolver\.adr\.(?:badprimary|invalidinsmtp|ambiguous)", "directory server failure", "storedrv[.]deliver; recipient thread limit",
        "queue file write error", r"(?:4\.3\.0|<>:) temporary lookup failure", r"storedrv\.deliver\.exception:(?!\S*quota)",
        "system incorrectly configured", "smtp protocol violation",
    )),
    ("userunknown", (
        r"resolver\.adr\.(?:ex)?recip(?:ient)?notfound", "not listed in (?:the )?(?:domino|public|name)", "recipient name is not recognized",
        r"mail\.local: unknown user", "addressee unknown, relay", "unknown local[- ]?part", "no valid recipients? for this mm",
        r"this user doesn't have an? \S+ account",
        "unknown or illegal alias", "recipient address rejected: access denied", "unknown address or group",
        "recipient not found by smtp address lookup", r"mailbox unavailable \(-\d", "no such domino user", "^unknown user: ?<",
        "invalid final delivery userid", r"\brcp-p1\b", "invalid character[^.]{0,10} in mailbox",
        "user (?:lookup success but no user record|name is not found)", r"ofr[_\d]*_416",
    )),
)  # fmt: skip

"""What servers write when they refuse, reason by reason. Tables for replies.py.

PHRASES is read from the top: the first reason of which a phrase stands in the reply is the reason, so the particular stands before
the general; a reason may occur twice for that. What servers say is stable for decades; what a phrase is worth was weighed against real mail.
"""

from __future__ import annotations

from typing import Final

# What is said to everybody and would be mistaken for the reason itself.
BOILERPLATE: Final[tuple[str, ...]] = (
    "to (?:best )?(?:reduce the amount of|protect our users from) (?:spam|phishing)[^.]{0,60}", "set up spf records[^.]{0,80}",
    r"for more information[^.]{0,20}(?:go to|please visit|visit|see)\b", r"https?://(?!\S*(?:openspf|spamhaus|spamcop|barracudacentral))\S+",
    r"(?<=: )recipient address rejected: (?!access denied(?!\. \w))", r"giving up on \S+",
    "other (?:or undefined )?mail(?:box| system) (?:problem|status)", r"this is a permanent error\b[^.]*",
)  # fmt: skip
PHRASES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("notcompliantrfc", (
        "lone (?:cr|lf)", "should have (?:only )?one (?:or no )?(?:from|to|date|subject|sender)",
        r"not (?:rfc[- ]?\d* ?)?compliant", "non-?compliant", "noncompliant", "multiple addresses in from", "duplicate header",
        "bare (?:<lf>|lf|line ?feed|newline)", "missing (?:a valid )?(?:address in )?(?:from|date|message-id|required):? header",
        "(?:from|date|message-id|to) header (?:is )?(?:missing|required)", "multiple (?:from|subject|to|date|sender|reply-to|message-id) headers",
        "violates? rfc", r"rfc ?-?(?:2822|5322|822)\b.{0,40}(?:complian|violat|conform)",
    )),
    ("authfailure", (
        r"\bdmarc\b", r"\bspf\b[^.]{0,60}(?:fail|reject|hard|not pass|denied|invalid|error|forbid|violat|block|refus)",
        r"(?:fail|reject|denied|not pass|blocked|due to|because of)[^.]{0,60}\bspf\b", r"\bspf =? ?.{0,60}did not pass", "sender policy framework",
        "openspf", r"\bdkim\b[^.]{0,50}(?:fail|reject|invalid|not pass|error|unknown|missing|signature)",
        "unauthenticated (?:e-?mail|sender|mail)", "required authentication level", "sender is unauthenticated",
        "authenticat(?:e|ion) (?:with|checks?|results?)",
        "(?:mail|message) (?:is )?not authenticated", r"sender id (?:\(pra\) )?.{0,20}(?:fail|not permitted)",
        r"is not (?:authori[sz]ed|allowed|permitted) to send (?:(?:e-?)?mails? |messages? )?(?:from|on behalf of|as)\b",
        "not designated as (?:a )?permitted sender", "domain does not (?:designate|exist in spf)", "email rejected per",
    )),
    ("requireptr", (
        r"\bptr\b", r"\brdns\b", r"\bfcrdns\b", "reverse[- ](?:dns|lookup|name|resolution|hostname|mapping|ip)", "(?:ip|host) ?name lookup failed",
        "(?:cannot|could not|can't|unable to|failed to) (?:find|resolve|get|determine) your (?:reverse )?(?:host ?name|ip|name|address)",
        "no (?:valid )?(?:ptr|reverse|dns entry|host ?name)",
        "(?:ip|address) (?:must|does not|doesn't|cannot|has no).{0,20}(?:resolve|hostname|host name)",
        "dns records? (?:of|for) your (?:mail ?server|ip)", "does not resolve (?:back )?to a?n? ?(?:valid )?(?:host|name)",
        "unresolvable (?:relay|client|ip)", "forward and reverse", "domain name.{0,15} does not match.{0,20}(?:ip|address)",
    )),
    ("badreputation", (
        "reputation", "senderbase", "senderscore", "talosintelligence", "poor score", "trustworthiness of the sender",
        "bad sender (?:score|history)",
    )),
    ("speeding", (
        "at a rate that prevents", "rate limit(?:ed|s)?(?! due to ip reputation)", "unusual rate of",
        r"too (?:quickly|fast|much mail from|frequently|many (?:messages|mails|emails|recipients this|deliver))", "sending (?:rate|limit|too|quota)",
        "throttl", "(?:frequency|frequently) limit", "exceed.{0,40}(?:\brate|per (?:hour|minute|day|second))", "slow(?:er| down| your)",
        "limit(?:s|ation)? (?:on|of|for) (?:the )?(?:number|amount) of (?:messages|mails|recipients)", "greylisted too (?:fast|often)",
        "message rate",
    )),
    ("toomanyconn", (
        "too many (?:smtp |concurrent |simultaneous |open |active )*(?:connections|sessions|processes)", "connection (?:rate )?limit",
        "connections? (?:frequency|rate) ",
        "max(?:imum)?(?: number of| allowed)? (?:concurrent |simultaneous |smtp |server )*(?:connections|sessions)",
        r"ofr[_\d]*_10[45]\b", "too many connection",
    )),
    ("virusdetected", (
        r"\bvirus", "malware", "infected", r"\btrojan", r"\bworm\b", r"\bclamav\b", "malicious (?:content|attachment|file)", r"\bib705\b",
    )),
    ("blocked", (
        "spamhaus", "spamcop", "barracudacentral", "black[- ]?list", "block[- ]?list", "deny ?list", r"\b(?:rbl|dnsbl|xbl|sbl|pbl|dul|rhsbl)\b",
        "banned", r"listed (?:in|by|at|on)\b",
        r"(?:is|was|been|are) (?:currently )?(?:block|refus)ed (?:using|by|from|for)\b(?! (?:attach|content))",
        (
            r"(?:ip|address|host|server|client|network|sender)(?: \S{0,60})? (?:is|was|has been|been|are) (?:\w+ )?(?:blocked|banned|blacklisted"
            r"|blocklisted|refused|denied|rejected)"
        ),
        "block(?:ed|ing) (?:mail |your |this )?(?:ip|address|host|by|smtp)", r"client host(?: \S+)? rejected(?!: cannot find)",
        "helo command rejected", r"(?:helo|ehlo)\b.{0,60}(?:reject|invalid|bad|denied|must|not|require|refus)", "invalid (?:helo|ehlo|hostname)",
        "not accepting connections", "connection refused by",
        r"(?:dial-?up|dynamic|residential|generic)\b.{0,30}(?:ip|address|host|pool|client|range)", "use the smtp server of your isp",
        "use your (?:isp|provider).{0,10} (?:smtp|mail|relay)", "temporarily deferred due to (?:user complaints|unexpected volume|excessive)",
        r"\bts[s0]?\d\d\b", r"\[tss?\d+\]", "no access from", "access from .{0,40} (?:denied|refused)",
        "you are not (?:allowed|permitted) to connect",
        r"(?:your|this) (?:ip|server|host|mail server|network)\b.{0,60}(?:block|reject|refus|denied|not allowed|not permitted|unacceptable)",
        "hosts? ?name.{0,20}(?:reject|not acceptable|was rejected)", "my name was rejected", "not allowed to (?:connect|send from)",
        "for (?:abuse|security) reasons?.{0,30}(?:ip|server|host)", "too many (?:bad|invalid|unknown|spam|errors from)", "daily relay quota",
        "connection(?:s)? (?:was |is |has been )?(?:rejected|denied|dropped|not accepted|blocked)", r"ofr[_\d]*_(?:403|402|407|10[0-39]|51\d)",
        "service refus", "blocked - see", "send e-?mail directly to our", "not authori[sz]ed to send e-?mail directly", r"\bib00?\d\b",
        r"\bib(?:007|101|103|104|105|106|111|212|213)\b", "bad (?:ip|dns) (?:address|record)",
        "your access to (?:this mail system|submit)", "unacceptable (?:ip|host)", r"ip (?:\S+ )?(?:not allowed|is not|has been)", "delist",
    )),
    ("spamdetected", (
        r"\bspam(?:my)?\b", r"\bube\b", r"\buce\b", r"\bjunk\b", "unsolicited", "bulk (?:mail|e-?mail|message|email)", "spamassassin",
        r"\brspamd\b", "looks like spam", "spam[- ]?like", "spam(?:score| score|filter| filter|blocker|detect)",
        "content (?:rejected|denied|blocked)", "mail content denied",
        (
            "(?:message|mail|content) (?:was |is |has been )?(?:considered|identified|detected|scored|marked|suspected|looked"
            "|regarded)[^.]{0,30}(?:spam|unwanted|abusive|suspicious)"
        ),
        "suspicious", "(?:phish|fraudulent|scam)", "mail rejete", "message filtered(?! by)", "cloudmark", r"\bcmae\b", "dspam",
        r"permanent failure for one or more recipients \(<>:blocked", "our filters? (?:reject|rate|consider)", "unwanted content",
        "high probability of", "gtube", "message content rejected", "blacklisted url",
        "listed url", "surbl", "uribl",
    )),
    ("policyviolation", (
        "potential(?:ly)? (?:a )?security", "its content presents a potential",
        "policy (?:error|reasons?|violation|restrict|reject|block|prohib|issue|filter)",
        "(?:violat|against|breach|due to|by|of|per) [^.]{0,40}polic(?:y|ies)", "local policy",
        (
            "(?:attachment|file|extension|mime)[^.]{0,40}(?:not (?:allowed|accepted|permitted)|prohibited|forbidden|blocked|banned|denied"
            "|disallowed|restricted)"
        ),
        "(?:prohibited|forbidden|illegal|disallowed|unacceptable|dangerous|executable) (?:attachment|file|content|extension|header|word)",
        "header error", "closed mailing list", "we do(?:n't| not) accept (?:executable|zip|html)", "mail appears to be unsolicited",
        "security policy", "blocked by (?:policy|content)", "restricted (?:attachment|content|word)",
        "this mail(?:box)? (?:is|has been) (?:protected|restricted)", "policyd",
        "message (?:was )?(?:blocked|rejected|refused) (?:due to|because of|by|for) (?:its )?(?:content|attachment|polic)", "violation",
        r"5\.7\.9 ",
    )),
    ("rejected", (
        (
            r"sender(?:'s)? (?:e-?mail |mail )?(?:address |domain )?(?:\S+ )?(?:was |is |has been |address )?(?:rejected|denied|refused|invalid"
            r"|not allowed|not permitted|unknown|blocked|not found|not exist|verify failed|verification|not accepted|unauthori[sz]ed|is not"
            r"|does not|must|cannot|could not|misformatted|not valid|syntax)"
        ),
        (
            "(?:invalid|unroutable|unrouteable|unknown|bad|fake|unverified|forged|non-?existent|illegal|unauthori[sz]ed"
            "|unable to verify) (?:the )?sender"
        ),
        "sender (?:callout|verify|callback)", "domain of (?:the )?sender",
        (
            r"(?:mail ?from|from|envelope|return[- ]path|originator)\b[^.]{0,40}(?:reject|refus|denied|invalid|not (?:allowed|permitted|exist"
            r"|resolve|valid|accepted|found)|forged|does not|doesn't)"
        ),
        "backscatter", "batv", "null sender", "empty envelope", "bounce messages? (?:not|are|is)",
        "not (?:allowed|permitted|authori[sz]ed) to (?:post|send (?:e-?mails?|messages?|mail)? ?to)",
        "(?:only )?(?:members|subscribers|authori[sz]ed senders?)[^.]{0,30}(?:only|may|can|allowed)", "user doesn't accept mail from",
        "your (?:e-?mail )?address (?:has been|is|was) (?:rejected|refused|blocked|denied)", "sender domain",
        "(?:no|without) (?:valid )?(?:mx|a|dns)[^.]{0,20}(?:record )?(?:for|of) (?:sender|from|your)", "fake", "forged",
        "access denied for sender", "not accepting (?:mail|messages) from", "domain of your", "deliveryrestriction", "not been authenticated to send",
        "restrict(?:ed|s) (?:to|from) (?:sender|send)", "you (?:are|do) not (?:have permission|authori[sz]ed)", "unauthori[sz]ed sender",
        "don't have permission",
    )),
    ("suspend", (
        "policy rejection on the target address", "^(?:[245][^a-z]* )?(?:<>:? ?)?inactive e-?mail address",
        (
            r"(?:account|user|mailbox|recipient|address|email|e-mail|domain)\b[^.]{0,50}\b(?:disabled|suspended|deactivated|inactive|discontinued"
            r"|locked|terminated|frozen|closed|dormant|on hold|cancell?ed|not activated?|has expired|barred|restricted|deleted for|turned off"
            r"|out of service)\b"
        ),
        r"\b(?:disabled|suspended|inactive|deactivated|dormant|locked|frozen|closed) (?:account|user|mailbox|recipient|address|domain|due to)",
        "not (?:an |currently |an? )?active (?:user|account|mailbox|recipient)", "user (?:is )?(?:suspended|inactive|locked|disabled)",
        "account (?:is |has )?expired",
        "recipient suspend", "mailbox (?:is )?(?:temporarily )?(?:unavailable because|disabled|closed|frozen)",
        "(?<!delivery )temporarily (?:disabled|suspended|locked)", "been (?:temporarily )?(?:suspended|deactivated)",
        "(?:konto|compte|cuenta|account) (?:gesperrt|suspendu|suspendida|sospeso)", "disableduser", "extended inactivity", "no longer active",
        "(?:account|mailbox) not (?:in service|available for)",
        "not accepting (?:any )?(?:new )?(?:mail|messages)? ?(?:because|due) .{0,20}inactiv",
    )),
    ("mailboxfull", (
        (
            r"(?:mailbox|mail box|inbox|mail ?folder|maildir|mail-?dir|account|recipient|user|destination)\b[^.]{0,50}\b(?:is |are "
            r"|was )?(?:almost )?(?:full|exceed\w*|over ?quota|over the|out of (?:space|storage|quota|disk)|over (?:its|their|his|the) )"
        ),
        r"(?:over|exceed\w*|out of|insufficient|above|beyond|reached)[^.]{0,30}(?<!relay )(?<!sending )\bquota",
        r"(?<!relay )(?<!sending )(?<!daily )(?<!hourly )\bquota\b[^.]{0,30}(?:exceed|full|over|reach|violat|limit|bytes)", "over ?quota",
        "mailbox[- ]?full", "exceed(?:ed|s)? (?:the |its |their )?(?:mailbox|storage|local|disk|space) (?:size )?(?:limit|quota|space|allocation)",
        (
            "(?:insufficient|not enough|no|out of|lack of) (?:disk |mailbox |storage |free |mail |user )*(?:storage"
            "|space)(?! for (?:the )?system)(?! left on device)(?! on (?:the )?(?:server|system))"
        ),
        "too much mail data", "mailbox (?:size )?(?:limit|exceeds)",
        "(?:user|account|recipient|mailbox).{0,20}(?:storage|space|size).{0,20}(?:exceed|limit|full)", "storage (?:quota|limit|space|allocation)",
        "would exceed", "out of storage", "(?:boite|boîte|bo.te|messagerie)[^.]{0,30}(?:pleine|satur)", "postfach[^.]{0,20}voll",
        "(?:buz.n|casilla)[^.]{0,20}llen", "casella[^.]{0,20}piena", "ящик[^.]{0,30}(?:переполнен|полон)", r"ofr[_\d]*_417", "mail(?:box)? quota ",
        "mailbox size ", "permitted (?:size|space)", "メールボックス.{0,12}(?:一杯|いっぱい|容量|満杯)",
    )),
    ("systemfull", (
        "insufficient system (?:storage|resources)", "no space left", "disk (?:is )?full", "out of disk", "mail ?system (?:is )?full",
        "requested mail action aborted: exceeded storage", "not enough (?:disk )?space on",
    )),
    ("mesgtoobig", (
        r"(?:message|mail|e-?mail|size|data|header|body|attachment|content|it|line)s?\b[^.]{0,40}\btoo (?:large|big|great)",
        "(?:lines?|header|subject|text|address list) (?:is |are |was )?too long",
        "(?:message|mail|e-?mail|file|attachment|data)(?: header)? (?:size|length)[^.]{0,40}(?:exceed|limit|too|larger|maximum|over|bigger)",
        (
            r"exceed\w*[^.]{0,50}(?:message|maximum|max|administrative|fixed|allow\w*|permitted|databytes)[^.]{0,20}(?:size|length|limit"
            r"|databytes)"
        ),
        "exceeds? (?:the )?(?:size|maximum|databytes|length|limit)", r"(?:max|maximum)\w* (?:message |mail |allowed )?(?:size|length)",
        "size limit", "line (?:limit|length|too)", "message (?:exceeds|exceeded|larger|is larger|is bigger)",
        "larger than (?:the )?(?:maximum|current|limit|allowed)", "rejected: message too", "size exceed", "too large",
    )),
    ("hasmoved", (
        "has (?:permanently )?moved", "has been replaced by",
        "(?:user|recipient|mailbox|account|address)[^.]{0,30}(?:was|has been|is) (?:replaced|changed|migrated|relocated|renamed|moved)",
        r"\b551[ -](?:not our|user (?:not local|has moved)|this)", "no forwarding address",
        "please (?:use|try|forward|update) [^.]{0,20}(?:new|following) (?:e-?mail )?address", "new (?:e-?mail )?address (?:is|:)",
        "not our (?:user|customer)",
    )),
    ("norelaying", (
        (
            "relay(?:ing)?(?: access| operation| mail| is| was| not)* ?(?:denied|not (?:permitted|allowed|authori[sz]ed)|prohibited|forbidden"
            "|disabled|disallowed|refused|rejected|not supported|unauthori[sz]ed)"
        ),
        r"(?:not|unable|cannot|can't|won't|refus\w+) (?:to |allowed to |permitted to |configured to |authori[sz]ed to )?relay",
        r"(?:no|insecure mail|open|anonymous|mail) relay(?:ing|er)?\b", "rcpthosts", "as a relay",
        "relay(?:ing)? (?:not|attempt|through|prohib|for)", "user not local", "not a (?:gateway|local domain)",
        "not one of our (?:domains|locals?)", "domain (?:is )?not (?:hosted|handled|served|allowed|local)",
        "we (?:do not|don't) (?:relay|handle|accept mail for)", "must issue a? ?starttls and authenticate", "specified domain is not allowed",
        "that domain isn't", "not in my (?:mail)?domain",
    )),
    ("notaccept", (
        "null ?mx", "no ?mx (?:record|host)",
        (
            r"does(?:n't| not) (?:accept|receive|support|handle)(?: any| inbound| incoming)? (?:e-?mails?|mails?|messages|smtp)\b"
            "(?! (?:from|to|with|that|without|larger|contain|for))"
        ),
        "(?:host|domain|system)[^.]{0,30}(?:not|never) accept(?:s|ing)? (?:any )?(?:mail|e-?mail|network messages)",
        "not accepting network messages", "indicated no smtp service", "no host found for existing smtp", "accepts? no (?:mail|e-?mail)",
        "name server:? .{0,5}: host not found", "no smtp service",
    )),
    ("networkerror", (
        "dns error", "malformed (?:or unexpected )?name server reply", "too many hops", "hop count exceeded",
        "(?:mail|routing|forwarding|message|delivery)[- ]?(?:forwarding )?loop", "message (?:is )?looping", "loops? back", "best-preference mx",
        "network (?:is )?unreachable", "host is unreachable", "establish an smtp connection",
        "temporary (?:dns|name|lookup|host lookup)", "host not found, try again", "unable to resolve route", "cname lookup failed temporarily",
        "maximum forwarding", "routing loop", "dns (?:lookup|server|query|temporary|temp)[^.]{0,20}(?:fail|error|timeout|timed)",
        "name service error(?!.{0,80}(?:host not found|domain not found|nxdomain))", "already has my delivered-to",
        "records for the destination computer could not be found", "excessive recursion",
    )),
    ("hostunknown", (
        "destination e-?mail system is unknown or invalid",
        "host (?:name )?(?:unknown|not found|does not exist|lookup did not)",
        (
            "(?:unknown|no such|invalid|illegal|non-?existent|bad|nonexistent|unresolvable|unrouteable|unroutable) (?:mail )?(?:host|domain"
            "|server|destination system)"
        ),
        "domain (?:name )?(?:does not|doesn't|did not|must) (?:exist|resolve)",
        "domain (?:name )?(?:not found|unknown|is (?:not reachable|unknown|invalid|not valid)|couldn't be found|could not be found)",
        "illegal host", "unrouteable address", "unroutable address", "nxdomain",
        (
            "(?:couldn't|could not|cannot|can't|unable to) (?:find|lookup|look up|resolve)(?: any)? (?:a )?(?:host|domain|mx|mail server"
            "|mail exchanger|the host|address for)"
        ),
        "name or service not known", "bad destination system", "non-?existent hosts", "host address lookups? failed",
        "address(?:es)? lookup(?:s)? failed permanently", "no (?:such|mail) (?:host|domain|exchanger|server)",
        "mx record.{0,30}(?:does not|not exist|point)", "domain .{0,60}(?:couldn't be found|could not be found|not found|does(?:n't| not) exist)",
        "get no answer from dns", "no dns (?:entry|record|information|data)", "host or domain name not found", "unable to lookup (?:dns|domain)",
        "server for the domain.{0,20}not found", "unable to find (?:the )?(?:host|domain|mail)", "mail receiving disabled domain",
        "host name is unknown",
    )),
    ("filtered", (
        "only accept(?:s|ing) (?:mail|messages|email) from", "restricted sms", "recipient preferences", r"recipients \([^)]{0,20}blocked\)",
        r"resolver\.rst\.(?:notauthori[sz]ed|auth|sender)", "account is protected by", "user (?:refuses|reject|has rejected)",
        "refuses? to (?:receive|accept)",
        r"(?:blocked|rejected) by (?:the )?(?:recipient|user|addressee)(?:'s)?\b(?! (?:domain|e-?mail (?:server|system)|server|mail|host))",
        "(?:does(?:n't| not)|did not) (?:wish|want) to (?:receive|accept|get)", r"\brcp-p[23]\b",
        "(?:each of the following recipients was rejected|recipients? (?:filter|rule))", "bounced address", "mail is rejected by recipients",
        "domain filter", "user (?:has )?(?:set|configured) .{0,20}(?:filter|block|reject)", "recipient (?:blocked|refused|does not want)",
    )),
    ("securityerror", (
        "authentication (?:required|failed|failure|unsuccessful|credentials|turned on|error)",
        "(?:smtp )?auth(?:entication)? (?:is )?(?:required|needed|necessary)", "(?:username|user name) and password",
        "(?:login|log in|log-in) (?:failed|required|first)", "authenticate first", "must (?:be )?authenticate", "not logged in",
        "please (?:login|authenticate|log in)", "insufficient (?:access|permission|privilege)", "delivery not authori[sz]ed",
        "you are not authori[sz]ed", "unauthori[sz]ed",
    )),
    ("mailererror", (
        "x-unix;", "command (?:failed|died|output|line|exited)", "mailer (?:error|failure)", "unknown mailer error", r"\bprocmail\b",
        r"\bmaildrop\b", r"pipe to \|?", "(?:exit(?:ed)?|return(?:ed)?) (?:with )?(?:status|code|error|non-zero)",
        "error (?:writing|opening) (?:message|mailbox|file)", "child (?:crashed|exited)", "delivery (?:agent|program|command) ",
        "local delivery failed", "operating system error", "error from local mailer",
    )),
    ("failedstarttls", (
        "starttls", r"\btls\b[^.]{0,40}(?:required|fail|not available|negotiat|handshake|error|certificate)",
        "(?:requires?|must use|without) (?:an? )?(?:tls|encryption|ssl)", "certificate[^.]{0,30}(?:not trusted|verif|expired|invalid)",
    )),
    ("contenterror", (
        "improper use of 8-bit", "8[- ]?bit (?:data|character)", "malformed (?:mime|message|header|address header)",
        "(?:mime|message|header|body) (?:format|syntax|structure|encoding)[^.]{0,20}(?:error|invalid|not|fail)",
        "invalid (?:mime|message|content|character|header)", r"too many ['\\x22]?received", "conversion (?:fail|is not|not)", "media error",
        "unsupported (?:charset|encoding|content)", "charset not", "content[^.]{0,20}(?:format|type)[^.]{0,20}(?:not|invalid)",
        "html (?:tag|mail)s? (?:not|are|is)", "improperly (?:formatted|formed)", "message (?:header|is) (?:contains|malformed|empty|invalid)",
        "8bitmime",
    )),
    ("systemerror", (
        "ldap", "several matches found in",
        (
            r"(?:system|server|local|internal|internal server|configuration|temporary system|database|lookup|backend"
            r"|i/?o) (?:config\w* )?(?:error|problem|failure|malfunction|fault)"
        ),
        "system (?:is )?(?:unavailable|not available|incorrectly|busy|down)",
        "can(?:'t|not) (?:create|open|write|lock|access|allocate|connect to)",
        "resources? (?:temporarily )?(?:unavailable|restricted|not available)", "(?:out of|insufficient|not enough) (?:memory|resources)",
        "server (?:is )?(?:busy|overload|down|shutting|too busy|not available|unavailable|configuration)", "duplicated? message-id", "loop alert",
        "timeout waiting for (?:input|client|data)", "unexpected (?:error|failure|condition)", "interrupted system call", "read(?:-|)only",
        "permission denied", "unable to (?:contact|process|open|connect to (?:the )?(?:database|backend|lda|mysql))",
        "service (?:is )?(?:currently )?(?:temporarily )?(?:not available|shutting)", "local configuration", "wrong owner", "transaction failed",
        "could not (?:load|open|be processed)", "file (?:descriptor|system)", "mysql", "postgres", "unable to (?:chdir|switch|run|read)",
        "an? (?:internal )?error (?:has )?occurred while (?:processing|storing|delivering locally)", "error in processing", "busy - please try",
    )),
    ("expired", (
        "delivery time (?:has )?(?:been )?(?:reached|expired|exceeded)",
        "connection (?:timed? ?out|refused|reset|lost|closed|dropped|attempt failed)", "timed? ?out",
        "(?:in|on) (?:the |your )?(?:mail )?queue (?:for )?too long", "queue (?:period|lifetime|time)",
        (
            r"(?:message|delivery|envelope|delivery time|mail|retry time|retry timeout|maximum retry)(?: \w+)? (?:expired|exceeded|timeout"
            r"|not reached)"
        ),
        "(?:not|couldn't|could not) be delivered (?:for|within|after|in) ", "been failing for", "retry (?:time|timeout|period)",
        "(?:did not|does not|didn't|not) (?:respond|accept our requests|answer|reply)",
        (
            "(?:host|server|system|machine|domain|recipient server)[^.]{0,30}(?:not (?:reachable|respond|available|up|contactable|accept)"
            "|unreachable|is down|did not)"
        ),
        "(?:unable|failed|cannot|could not|couldn't|can't) to? ?(?:connect|contact|reach|establish|deliver .{0,20}after)",
        "will (?:keep|continue|be) (?:trying|retried|tried|to try)",
        "(?:has been|was|is|still|been) (?:delayed|undelivered|deferred|postponed|queued)", r"\bdelayed\b", "multiple retries",
        "number of (?:retries|attempts)", "lost connection", "lost.{0,12}connection", "host unreachable", "expired",
        "conversation with .{0,60} timed", "no (?:answer|response) from", "read error", "write error", "socket error", "attempts? (?:exceed|fail)",
    )),
    ("syntaxerror", (
        "improper sequence", "bad sequence", "syntax error", "command (?:not|unrecogni[sz]ed|unknown|rejected|unimplemented)",
        "unrecogni[sz]ed command", "unknown command", "not implemented", "need (?:rcpt|mail|helo)", "invalid (?:parameter|argument|command)",
        "angle-brackets", "source route", "(?:ascii|nul) (?:code|character)",
    )),
)  # fmt: skip

# That a recipient does not exist; whether it is said at RCPT decides between userunknown and filtered.
UNKNOWN_RECIPIENT: Final[tuple[str, ...]] = (
    (
        r"(?:user|recipient|address|mailbox|account|alias|person|subscriber|addressee|e-?mail(?: address)?|name|member"
        r"|customer)(?:e?s)?\b.{0,90}?(?:unknown|not found|does(?:n't| not) exist|not exist|n't exist|invalid|non-?existent|nonexistent"
        r"|no longer (?:exists?|valid|available|on|at|in)|not (?:known|valid|recogni[sz]ed|available|listed|here|on (?:this|our)|a (?:known|valid"
        r"|local|registered))|isn't (?:here|valid)|unavailable|couldn't be found|could not be found|wasn't found|undeliverable|unlisted|incorrect"
        r"|is (?:bad|wrong)|deleted|removed|never)"
    ),
    (
        "(?:unknown|no such|invalid|nonexistent|non-?existent|illegal|bad|undeliverable|unrecogni[sz]ed|incorrect|not a valid|not a known"
        "|no valid|wrong) (?:local |e-?mail |destination |mail |mailbox |recipient's |rcpt |virtual )*(?:user|recipients?|address(?:ee)?|mailbox"
        "|account|alias|person|local ?part|rcpt|e-?mail|name|destination|subscriber|here)"
    ),
    r"no (?:mailbox|user|account|one|recipient|person|local mailbox)\b", "no such (?!file)",
    "not (?:a )?(?:known|valid|local|registered|our) (?:user|recipient|mailbox|address|account)", "does(?:n't| not) have an? .{0,40}account",
    "nobody (?:here|by)", "no (?:longer )?valid", "recip(?:ient)?notfound", "address(?:ee)? (?:is )?unknown", "wasn't found at", r"who\?",
    "not known here", "delivery to this (?:user|recipient) (?:failed|not)", "left the (?:company|organi[sz]ation)",
    "is no longer (?:available|with|employed|working|in use|valid|used|at|on)", "not listed", "unknown$",
    "(?:cannot|can't|could not|couldn't) find (?:the |a |this )?(?:user|recipient|mailbox|account)", "recipient cannot be verified",
    "do(?:es)?(?: not|n't) have an? (?:user|mailbox|account)", "validrcptto", "destinataire (?:inconnu|invalide|introuvable)",
    "adresse[^.]{0,60}(?:introuvable|inconnue|invalide|incorrecte|n'existe)",
    "(?:empf.nger|adresse|benutzer|postfach)[^.]{0,40}(?:unbekannt|nicht gefunden|existiert nicht|ung.ltig)",
    "(?:usuario|destinatario|direcci.n|buz.n)[^.]{0,40}(?:desconocid|no existe|no encontrad|inexistente|no v.lid)",
    "(?:destinatario|indirizzo|utente|casella)[^.]{0,40}(?:sconosciut|inesistente|non trovat|non esist|non valid)",
    "(?:usu.rio|destinat.rio|endere.o)[^.]{0,40}(?:desconhecid|n.o exist|inv.lid|inexist)",
    "(?:пользовател|адресат|получател|ящик|адрес)[^.]{0,40}(?:не найден|не существ|несуществ|неизвест)",
    "(?:gebruiker|ontvanger|adres)[^.]{0,40}(?:onbekend|niet gevonden|bestaat niet)",
    "(?:宛先|ユーザ|アドレス|メールアドレス).{0,16}(?:不明|存在しません|見つかりません|ありません)",
    "(?:收件人|用户|地址).{0,10}(?:不存在|未知|无效)", "nie (?:istnieje|znaleziono)",
)  # fmt: skip
# That it is so for now only, whatever else is said.
FOR_NOW: Final[tuple[str, ...]] = ("temporar(?:y|ily)", "try (?:it )?(?:again|later)", "at (?:this|the) (?:time|moment)")
# Weak: a recipient was refused, and nothing says why.
REFUSED_RECIPIENT: Final[tuple[str, ...]] = (
    r"address rejected\.?(?: <>)? ?(?:\(in reply|$)", r"recipients? (?:was |were )?(?:rejected|refused|denied)\.? ?(?:\(in reply|$)",
    "rejected recipient <>[^:]*$",
)  # fmt: skip
# How notices tell which command was refused; the first that stands in the text counts.
COMMANDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("CONN", (
        "after initial connection", "in reply to (?:end of )?connect", r"while talking to [^\n]*\n<<<", "initial (?:server )?greeting",
        "refused to talk to me", r"\(in reply to initial",
    )),
    ("EHLO", (
        "in reply to (?:ehlo|helo|lhlo)", "(?:after|rejected|following) (?:ehlo|helo)", "my name was rejected",
    )),
    ("MAIL", (
        "in reply to mail from", "after mail from", "sender was rejected", r"\[mail_from\]", r">>> mail from[^\n]*\n<<<",
        "(?:following|for) mail (?:from )?command", r"\(state 9\)", "did not like our mail from",
    )),
    ("RCPT", (
        "in reply to rcpt to", "after rcpt to", "(?:did|does) not like (?:our rcpt|recipient)", "following rcpt command", "after rcpt command",
        "smtp:rcpt", r">>> rcpt to[^\n]*\n<<<", r"\*\* address not found \*\*", r"\(state 1[34]\)", "for rcpt (?:to )?command", r"\[rcpt_to\]",
        "rejected recipient <", "rejected your message to the following",
        r"rcpt to: ?<[^>\n]*>[^\n]*(?:\n[^\n]{0,60}?)?(?:<--|<<<|>>>|received|replied|responded)[^\n]{0,20}[45]\d\d",
    )),
    ("DATA", (
        "in reply to (?:end of )?data", "after end of data", "after data", "failed after i sent the message", r">>> data\b", r">>> \.",
        "for (?:text|data) command", "after (?:pipelined )?(?:end of )?data", r"\(state 1[78]\)", r"\[data\]", "end of data",
    )),
)  # fmt: skip

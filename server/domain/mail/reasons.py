"""Why mail is refused: the words for it, which of them mean that the address is dead, and what servers write. Tables.

PHRASES is read from the top: the first reason of which a phrase stands in the reply is the reason, so the particular stands before
the general. What servers say is stable for decades; what a phrase is worth was weighed against real mail.
"""

from __future__ import annotations

import re
from typing import Final

# Every reason and what it means. The address itself is at fault in those of HARD alone.
REASONS: Final[dict[str, str]] = {
    "authfailure": "SPF, DKIM or DMARC did not pass",
    "badreputation": "the sending address or domain has a bad name",
    "blocked": "the sending server was refused: listed, banned, or its name did not please",
    "contenterror": "the message is not built as the receiver wants it",
    "delivered": "it was delivered; no failure at all",
    "expired": "it could not be handed over in the time it was given",
    "failedstarttls": "no encrypted connection came about",
    "feedback": "the recipient complained",
    "filtered": "refused for the recipient after the content was seen, or by the recipient's own filter",
    "hasmoved": "the recipient has another address now",
    "hostunknown": "there is no such domain or host",
    "mailboxfull": "the recipient's mailbox is full",
    "mailererror": "a program that should have taken the message failed",
    "mesgtoobig": "the message is too large",
    "networkerror": "name service, routing or a loop",
    "norelaying": "the server does not take mail for this domain",
    "notaccept": "the host or domain takes no mail at all",
    "notcompliantrfc": "the message breaks RFC 5322",
    "policyviolation": "a rule of the receiver's forbids it",
    "rejected": "the sender's address or domain was refused",
    "requireptr": "the sending address has no proper reverse name",
    "securityerror": "a login or permission was lacking",
    "spamdetected": "the content was taken for spam",
    "speeding": "too much mail in too short a time",
    "suspend": "the recipient's account is disabled",
    "syntaxerror": "the dialogue of the two servers went wrong",
    "systemerror": "something is out of order at the receiver",
    "systemfull": "the receiver's disk is full",
    "toomanyconn": "too many connections at a time",
    "undefined": "nothing says why",
    "userunknown": "there is no such recipient",
    "vacation": "the recipient is away",
    "virusdetected": "a virus was found",
}
HARD: Final = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})

# What is said to everybody and would be mistaken for the reason itself.
BOILERPLATE: Final = re.compile(
    r"to (?:best )?(?:reduce the amount of|protect our users from) (?:spam|phishing)[^.]{0,60}"
    r"|set up spf records[^.]{0,80}|for more information[^.]{0,20}(?:go to|please visit|visit|see)\b"
    r"|https?://(?!\S*(?:openspf|spamhaus|spamcop|barracudacentral))\S+|giving up on \S+|other (?:or undefined )?mail(?:box| system) (?:problem|status)|this is a permanent error\b[^.]*"
)

PHRASES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("spamdetected", (r"spam classification", r"ofr[_\d]*_50[6-9]", r"\bib50[45]\b", r"classified as spam", r"spam (?:message|content|mail) (?:rejected|detected|refused|discarded|blocked)")),
    ("rejected", (r"from: domain is invalid", r"\bib506\b", r"\[mail_from\]", r"but sender was rejected", r"purported responsible", r"google ?groups", r"'send mail as'", r"unroutable sender", r"sender address rejected", r"domain of (?:the )?sender", r"bad sender's", r"emetteur invalide|invalid sender", r"resolver\.rst\.(?:not)?authori[sz]ed", r"spoofed message", r"allowed-senders", r"sendernotauthenticated", r"invalid dns mx or a/aaaa")),
    ("policyviolation", (r"banned: ", r"banned (?:file|content|name|attachment|type)", r"rejecting banned content")),
    ("blocked", (r"client host blocked for spamming", r"blocked using", r"envelope blocked", r"blocked senders", r"error: too many errors")),
    ("expired", (r"address verification in progress", r"queue\.expired", r"gr[ae]y-?list(?:ed|ing)")),
    ("speeding", (r"too many recent messages", r"daily (?:message |sending )?limit", r"reached (?:your|its|the) .{0,20}limit for", r"excessive volume", r"max(?:imum)? messages? per connection", r"recipient has exceeded (?:their|message)", r"sender has exceeded the limit")),
    ("hostunknown", (r"smtpsend\.dns\.nonexistentdomain",)), ("networkerror", (r"smtpsend\.dns\.mxloopback",)), ("securityerror", (r"resolver\.rst\.authrequired",)), ("toomanyconn", (r"resolver\.adr\.reciplimit",)),
    ("mesgtoobig", (r"recipsizelimit|sendersizelimit",)), ("systemerror", (r"resolver\.adr\.(?:badprimary|invalidinsmtp|ambiguous)", r"directory server failure")),
    ("userunknown", (
        r"resolver\.adr\.(?:ex)?recip(?:ient)?notfound", r"not listed in (?:the )?(?:domino|public|name)", r"recipient name is not recognized", r"mail\.local: unknown user",
        r"unknown local[- ]?part", r"no valid recipients? for this mm", r"this user doesn't have an? \S+ account", r"unknown or illegal alias",
        r"recipient address rejected: access denied", r"unknown address or group", r"recipient not found by smtp address lookup",
        r"mailbox unavailable \(-\d", r"no such domino user", r"user (?:lookup success but no user record|name is not found)", r"ofr[_\d]*_416",
    )),
    ("notcompliantrfc", (
        r"not (?:rfc[- ]?\d* ?)?compliant|non-?compliant|noncompliant", r"multiple addresses in from", r"duplicate header", r"bare (?:<lf>|lf|line ?feed|newline)", r"missing (?:a valid )?(?:address in )?(?:from|date|message-id|required):? header",
        r"(?:from|date|message-id|to) header (?:is )?(?:missing|required)", r"multiple (?:from|subject|to|date|sender|reply-to|message-id) headers",
        r"violates? rfc", r"rfc ?-?(?:2822|5322|822)\b.{0,40}(?:complian|violat|conform)",
    )),
    ("authfailure", (
        r"\bdmarc\b", r"\bspf\b[^.]{0,60}(?:fail|reject|hard|not pass|denied|invalid|error|forbid|violat|block|refus)", r"(?:fail|reject|denied|not pass|blocked|due to|because of)[^.]{0,60}\bspf\b", r"\bspf =? ?.{0,60}did not pass",
        r"sender policy framework", r"openspf", r"\bdkim\b[^.]{0,50}(?:fail|reject|invalid|not pass|error|unknown|missing|signature)", r"unauthenticated (?:e-?mail|sender|mail)", r"sender is unauthenticated",
        r"authenticat(?:e|ion) (?:with|checks?|results?)", r"(?:mail|message) (?:is )?not authenticated", r"sender id (?:\(pra\) )?.{0,20}(?:fail|not permitted)", r"is not (?:authori[sz]ed|allowed|permitted) to send (?:e-?mails? |messages? )?(?:from|on behalf of|as)\b",
        r"not designated as (?:a )?permitted sender", r"domain does not (?:designate|exist in spf)", r"email rejected per",
    )),
    ("requireptr", (
        r"\bptr\b", r"\brdns\b", r"\bfcrdns\b", r"reverse[- ](?:dns|lookup|name|resolution|hostname|mapping|ip)", r"(?:ip|host) ?name lookup failed", r"(?:cannot|could not|can't|unable to|failed to) (?:find|resolve|get|determine) your (?:reverse )?(?:host ?name|ip|name|address)",
        r"no (?:valid )?(?:ptr|reverse|dns entry|host ?name)", r"(?:ip|address) (?:must|does not|doesn't|cannot|has no).{0,20}(?:resolve|hostname|host name)", r"dns records? (?:of|for) your (?:mail ?server|ip)", r"does not resolve (?:back )?to a?n? ?(?:valid )?(?:host|name)",
        r"unresolvable (?:relay|client|ip)", r"forward and reverse", r"domain name.{0,15} does not match.{0,20}(?:ip|address)",
    )),
    ("badreputation", (r"reputation", r"senderbase", r"senderscore", r"talosintelligence", r"poor score", r"trustworthiness of the sender", r"bad sender (?:score|history)")),
    ("speeding", (
        r"at a rate that prevents", r"rate limit(?:ed|s)?(?! due to ip reputation)", r"unusual rate of", r"too (?:quickly|fast|much mail from|frequently|many (?:messages|mails|emails|recipients this|deliver))", r"sending (?:rate|limit|too)",
        r"throttl", r"(?:frequency|frequently) limit", r"exceed.{0,40}(?:rate|per (?:hour|minute|day|second))", r"slow(?:er| down| your)", r"limit(?:s|ation)? (?:on|of|for) (?:the )?(?:number|amount) of (?:messages|mails|recipients)", r"greylisted too (?:fast|often)", r"message rate",
    )),
    ("toomanyconn", (r"too many (?:smtp |concurrent |simultaneous |open |active )*(?:connections|sessions|processes)", r"connection (?:rate )?limit", r"connections? (?:frequency|rate) ", r"max(?:imum)?(?: number of| allowed)? (?:concurrent |smtp )?(?:connections|sessions)", r"ofr[_\d]*_10[45]\b", r"too many connection")),
    ("virusdetected", (r"\bvirus", r"malware", r"infected", r"\btrojan", r"\bworm\b", r"\bclamav\b", r"malicious (?:content|attachment|file)", r"\bib705\b")),
    ("blocked", (
        r"spamhaus", r"spamcop", r"barracudacentral", r"black[- ]?list", r"block[- ]?list", r"deny ?list", r"\b(?:rbl|dnsbl|xbl|sbl|pbl|dul|rhsbl)\b", r"banned", r"listed (?:in|by|at|on)\b", r"(?:is|was|been|are) (?:currently )?(?:block|refus)ed (?:using|by|from|for)\b(?! (?:attach|content))",
        r"(?:ip|address|host|server|client|network|sender)(?: \S{0,60})? (?:is|was|has been|been|are) (?:\w+ )?(?:blocked|banned|blacklisted|blocklisted|refused|denied|rejected)", r"block(?:ed|ing) (?:mail |your |this )?(?:ip|address|host|by|smtp)",
        r"client host(?: \S+)? rejected(?!: cannot find)", r"helo command rejected", r"(?:helo|ehlo)\b.{0,60}(?:reject|invalid|bad|denied|must|not|require|refus)", r"invalid (?:helo|ehlo|hostname)", r"not accepting connections", r"connection refused by", r"(?:dial-?up|dynamic|residential|generic)\b.{0,30}(?:ip|address|host|pool|client|range)", r"use the smtp server of your isp",
        r"use your (?:isp|provider).{0,10} (?:smtp|mail|relay)", r"temporarily deferred due to (?:user complaints|unexpected volume|excessive)", r"\bts[s0]?\d\d\b", r"\[tss?\d+\]", r"no access from", r"access from .{0,40} (?:denied|refused)", r"you are not (?:allowed|permitted) to connect",
        r"(?:your|this) (?:ip|server|host|mail server|network)\b.{0,60}(?:block|reject|refus|denied|not allowed|not permitted|unacceptable)", r"hosts? ?name.{0,20}(?:reject|not acceptable|was rejected)", r"my name was rejected", r"not allowed to (?:connect|send from)", r"for (?:abuse|security) reasons?.{0,30}(?:ip|server|host)", r"too many (?:bad|invalid|unknown|spam|errors from)", r"daily relay quota",
        r"connection(?:s)? (?:was |is |has been )?(?:rejected|denied|dropped|not accepted|blocked)", r"ofr[_\d]*_(?:403|402|407|10[0-39]|51\d)", r"service refus", r"\bib00?\d\b|\bib(?:007|101|103|104|105|106|111|212|213)\b", r"bad (?:ip|dns) (?:address|record)", r"your access to (?:this mail system|submit)", r"unacceptable (?:ip|host)", r"ip (?:\S+ )?(?:not allowed|is not|has been)", r"delist",
    )),
    ("spamdetected", (
        r"\bspam(?:my)?\b", r"\bube\b", r"\buce\b", r"\bjunk\b", r"unsolicited", r"bulk (?:mail|e-?mail|message|email)", r"spamassassin", r"\brspamd\b", r"looks like spam", r"spam[- ]?like", r"spam(?:score| score|filter| filter|blocker|detect)", r"content (?:rejected|denied|blocked)", r"mail content denied", r"(?:message|mail|content) (?:was |is |has been )?(?:considered|identified|detected|scored|marked|suspected|looked|regarded)[^.]{0,30}(?:spam|unwanted|abusive|suspicious)",
        r"suspicious", r"(?:phish|fraudulent|scam)", r"mail rejete", r"message filtered", r"cloudmark", r"\bcmae\b", r"dspam", r"our filters? (?:reject|rate|consider)", r"unwanted content", r"high probability of", r"gtube", r"message content rejected", r"blacklisted url|listed url|surbl|uribl",
    )),
    ("policyviolation", (
        r"potential(?:ly)? (?:a )?security", r"its content presents a potential", r"policy (?:error|reasons?|violation|restrict|reject|block|prohib|issue|filter)", r"(?:violat|against|breach|due to|by|of|per) [^.]{0,40}polic(?:y|ies)", r"local policy", r"(?:attachment|file|extension|mime)[^.]{0,40}(?:not (?:allowed|accepted|permitted)|prohibited|forbidden|blocked|banned|denied|disallowed|restricted)",
        r"(?:prohibited|forbidden|illegal|disallowed|unacceptable|dangerous|executable) (?:attachment|file|content|extension|header|word)", r"header error", r"closed mailing list", r"we do(?:n't| not) accept (?:executable|zip|html)", r"mail appears to be unsolicited", r"security policy", r"blocked by (?:policy|content)", r"restricted (?:attachment|content|word)", r"this mail(?:box)? (?:is|has been) (?:protected|restricted)", r"policyd", r"message (?:was )?(?:blocked|rejected|refused) (?:due to|because of|by|for) (?:its )?(?:content|attachment|polic)", r"violation", r"5\.7\.9 ",
    )),
    ("rejected", (
        r"sender(?:'s)? (?:e-?mail |mail )?(?:address |domain )?(?:\S+ )?(?:was |is |has been |address )?(?:rejected|denied|refused|invalid|not allowed|not permitted|unknown|blocked|not found|not exist|verify failed|verification|not accepted|unauthori[sz]ed|is not|does not|must|cannot|could not|misformatted|not valid|syntax)", r"(?:invalid|unroutable|unrouteable|unknown|bad|fake|unverified|forged|non-?existent|illegal|unauthori[sz]ed|unable to verify) (?:the )?sender", r"sender (?:callout|verify|callback)", r"domain of (?:the )?sender", r"(?:mail ?from|from|envelope|return[- ]path|originator)\b[^.]{0,40}(?:reject|refus|denied|invalid|not (?:allowed|permitted|exist|resolve|valid|accepted|found)|forged|does not|doesn't)",
        r"backscatter", r"batv", r"null sender", r"empty envelope", r"bounce messages? (?:not|are|is)", r"not (?:allowed|permitted|authori[sz]ed) to (?:post|send (?:e-?mails?|messages?|mail)? ?to)", r"(?:only )?(?:members|subscribers|authori[sz]ed senders?)[^.]{0,30}(?:only|may|can|allowed)", r"user doesn't accept mail from", r"your (?:e-?mail )?address (?:has been|is|was) (?:rejected|refused|blocked|denied)",
        r"sender domain", r"(?:no|without) (?:valid )?(?:mx|a|dns)[^.]{0,20}(?:record )?(?:for|of) (?:sender|from|your)", r"fake|forged", r"access denied for sender", r"domain of your", r"deliveryrestriction", r"not been authenticated to send", r"restrict(?:ed|s) (?:to|from) (?:sender|send)", r"you (?:are|do) not (?:have permission|authori[sz]ed)", r"unauthori[sz]ed sender", r"don't have permission",
    )),
    ("suspend", (
        r"(?:account|user|mailbox|recipient|address|email|e-mail|domain)\b[^.]{0,50}\b(?:disabled|suspended|deactivated|inactive|discontinued|locked|terminated|frozen|closed|dormant|on hold|cancell?ed|not activated?|has expired|barred|restricted|deleted for|turned off|out of service)\b", r"\b(?:disabled|suspended|inactive|deactivated|dormant|locked|frozen|closed) (?:account|user|mailbox|recipient|address|domain|due to)",
        r"not (?:an |currently |an? )?active (?:user|account|mailbox|recipient)", r"user (?:is )?(?:suspended|inactive|locked|disabled)", r"recipient suspend", r"mailbox (?:is )?(?:temporarily )?(?:unavailable because|disabled|closed|frozen)", r"temporarily (?:disabled|suspended|locked)", r"been (?:temporarily )?(?:suspended|deactivated)", r"(?:konto|compte|cuenta|account) (?:gesperrt|suspendu|suspendida|sospeso)", r"disableduser",
        r"extended inactivity", r"no longer active", r"(?:account|mailbox) not (?:in service|available for)", r"not accepting (?:any )?(?:new )?(?:mail|messages)? ?(?:because|due) .{0,20}inactiv",
    )),
    ("mailboxfull", (
        r"(?:mailbox|mail box|inbox|mail ?folder|maildir|mail-?dir|account|recipient|user|destination)\b[^.]{0,50}\b(?:is |are |was )?(?:almost )?(?:full|exceed\w*|over ?quota|over the|out of (?:space|storage|quota|disk)|over (?:its|their|his|the) )", r"(?:over|exceed\w*|out of|insufficient|above|beyond|reached)[^.]{0,30}(?<!relay )(?<!sending )\bquota", r"(?<!relay )(?<!sending )(?<!daily )(?<!hourly )\bquota\b[^.]{0,30}(?:exceed|full|over|reach|violat|limit|bytes)", r"over ?quota", r"mailbox[- ]?full", r"exceed(?:ed|s)? (?:the |its |their )?(?:mailbox|storage|local|disk|space) (?:size )?(?:limit|quota|space|allocation)", r"(?:insufficient|not enough|no|out of|lack of) (?:disk |mailbox |storage |free |mail |user )*(?:storage|space)(?! for (?:the )?system)(?! left on device)(?! on (?:the )?(?:server|system))",
        r"too much mail data", r"mailbox (?:size )?(?:limit|exceeds)", r"(?:user|account|recipient|mailbox).{0,20}(?:storage|space|size).{0,20}(?:exceed|limit|full)", r"storage (?:quota|limit|space|allocation)", r"would exceed", r"out of storage", r"(?:boite|boîte|bo.te|messagerie)[^.]{0,30}(?:pleine|satur)", r"postfach[^.]{0,20}voll", r"(?:buz.n|casilla)[^.]{0,20}llen", r"casella[^.]{0,20}piena", r"ящик[^.]{0,30}(?:переполнен|полон)", r"ofr[_\d]*_417", r"mail(?:box)? quota ", r"mailbox size ", r"permitted (?:size|space)", r"メールボックス.{0,12}(?:一杯|いっぱい|容量|満杯)",
    )),
    ("systemfull", (r"insufficient system (?:storage|resources)", r"no space left", r"disk (?:is )?full", r"out of disk", r"mail ?system (?:is )?full", r"requested mail action aborted: exceeded storage", r"not enough (?:disk )?space on")),
    ("mesgtoobig", (
        r"(?:message|mail|e-?mail|size|data|header|body|attachment|content|it|line)s?\b[^.]{0,40}\btoo (?:large|big|great)", r"(?:lines?|header|subject|text|address list) (?:is |are |was )?too long", r"(?:message|mail|e-?mail|file|attachment|data)(?: header)? (?:size|length)[^.]{0,40}(?:exceed|limit|too|larger|maximum|over|bigger)", r"exceed\w*[^.]{0,50}(?:message|maximum|max|administrative|fixed|allow\w*|permitted|databytes)[^.]{0,20}(?:size|length|limit|databytes)",
        r"exceeds? (?:the )?(?:size|maximum|databytes|length|limit)", r"(?:max|maximum)\w* (?:message |mail |allowed )?(?:size|length)", r"size limit", r"line (?:limit|length|too)", r"message (?:exceeds|exceeded|larger|is larger|is bigger)", r"larger than (?:the )?(?:maximum|current|limit|allowed)", r"rejected: message too", r"size exceed", r"too large",
    )),
    ("hasmoved", (r"has (?:permanently )?moved", r"(?:user|recipient|mailbox|account|address)[^.]{0,30}(?:was|has been|is) (?:replaced|changed|migrated|relocated|renamed|moved)", r"\b551[ -](?:not our|user (?:not local|has moved)|this)", r"no forwarding address", r"please (?:use|try|forward|update) [^.]{0,20}(?:new|following) (?:e-?mail )?address", r"new (?:e-?mail )?address (?:is|:)", r"not our (?:user|customer)")),
    ("norelaying", (
        r"relay(?:ing)?(?: access| operation| mail| is| was| not)* ?(?:denied|not (?:permitted|allowed|authori[sz]ed)|prohibited|forbidden|disabled|disallowed|refused|rejected|not supported|unauthori[sz]ed)", r"(?:not|unable|cannot|can't|won't|refus\w+) (?:to |allowed to |permitted to |configured to |authori[sz]ed to )?relay", r"(?:no|insecure mail|open|anonymous|mail) relay(?:ing|er)?\b", r"rcpthosts", r"as a relay", r"relay(?:ing)? (?:not|attempt|through|prohib|for)",
        r"user not local", r"not a (?:gateway|local domain)", r"not one of our (?:domains|locals?)", r"domain (?:is )?not (?:hosted|handled|served|allowed|local)", r"we (?:do not|don't) (?:relay|handle|accept mail for)", r"must issue a? ?starttls and authenticate", r"specified domain is not allowed", r"that domain isn't", r"not in my (?:mail)?domain",
    )),
    ("notaccept", (
        r"null ?mx", r"no ?mx (?:record|host)", r"does(?:n't| not) (?:accept|receive|support|handle)(?: any| inbound| incoming)? (?:e-?mails?|mails?|messages|smtp)\b", r"(?:host|domain|system)[^.]{0,30}(?:not|never) accept(?:s|ing)? (?:any )?(?:mail|e-?mail|network messages)", r"not accepting network messages", r"indicated no smtp service", r"no host found for existing smtp", r"accepts? no (?:mail|e-?mail)", r"name server:? .{0,5}: host not found", r"no smtp service",
    )),
    ("networkerror", (
        r"dns error", r"malformed (?:or unexpected )?name server reply", r"too many hops", r"hop count exceeded", r"(?:mail|routing|forwarding|message|delivery)[- ]?(?:forwarding )?loop", r"message (?:is )?looping", r"loops? back", r"best-preference mx", r"no route to host", r"network (?:is )?unreachable", r"host is unreachable", r"establish an smtp connection", r"temporary (?:dns|name|lookup|host lookup)",
        r"host not found, try again", r"unable to resolve route", r"cname lookup failed temporarily", r"maximum forwarding", r"routing loop", r"dns (?:lookup|server|query|temporary|temp)[^.]{0,20}(?:fail|error|timeout|timed)", r"name service error(?!.{0,80}(?:host not found|domain not found|nxdomain))", r"already has my delivered-to", r"records for the destination computer could not be found", r"excessive recursion",
    )),
    ("hostunknown", (
        r"host (?:name )?(?:unknown|not found|does not exist|lookup did not)", r"(?:unknown|no such|invalid|illegal|non-?existent|bad|nonexistent|unresolvable|unrouteable|unroutable) (?:mail )?(?:host|domain|server|destination system)", r"domain (?:name )?(?:does not|doesn't|did not|must) (?:exist|resolve)", r"domain (?:name )?(?:not found|unknown|is (?:not reachable|unknown|invalid|not valid)|couldn't be found|could not be found)", r"illegal host", r"unrouteable address", r"unroutable address", r"nxdomain", r"(?:couldn't|could not|cannot|can't|unable to) (?:find|lookup|look up|resolve)(?: any)? (?:a )?(?:host|domain|mx|mail server|mail exchanger|the host|address for)", r"name or service not known",
        r"bad destination system", r"non-?existent hosts", r"host address lookups? failed", r"address(?:es)? lookup(?:s)? failed permanently", r"no (?:such|mail) (?:host|domain|exchanger|server)", r"mx record.{0,30}(?:does not|not exist|point)", r"domain .{0,60}(?:couldn't be found|could not be found|not found|does(?:n't| not) exist)", r"get no answer from dns", r"no dns (?:entry|record|information|data)", r"host or domain name not found", r"unable to lookup (?:dns|domain)", r"server for the domain.{0,20}not found", r"unable to find (?:the )?(?:host|domain|mail)", r"mail receiving disabled domain", r"host name is unknown",
    )),
    ("filtered", (
        r"only accept(?:s|ing) (?:mail|messages|email) from", r"restricted sms", r"recipient preferences", r"recipients \([^)]{0,20}blocked\)", r"resolver\.rst\.(?:notauthori[sz]ed|auth|sender)", r"account is protected by", r"user (?:refuses|reject|has rejected)", r"refuses? to (?:receive|accept)", r"blocked by (?:the )?(?:recipient|user|addressee)", r"rejected by (?:the )?(?:recipient|user|addressee)", r"(?:each of the following recipients was rejected|recipients? (?:filter|rule))", r"bounced address", r"mail is rejected by recipients", r"domain filter", r"user (?:has )?(?:set|configured) .{0,20}(?:filter|block|reject)", r"recipient (?:blocked|refused|does not want)",
    )),
    ("securityerror", (
        r"authentication (?:required|failed|failure|unsuccessful|credentials|turned on|error)", r"(?:smtp )?auth(?:entication)? (?:is )?(?:required|needed|necessary)", r"(?:username|user name) and password", r"(?:login|log in|log-in) (?:failed|required|first)", r"authenticate first", r"must (?:be )?authenticate", r"not logged in", r"please (?:login|authenticate|log in)", r"insufficient (?:access|permission|privilege)", r"delivery not authori[sz]ed", r"you are not authori[sz]ed", r"unauthori[sz]ed",
    )),
    ("mailererror", (r"x-unix;", r"command (?:failed|died|output|line|exited)", r"mailer (?:error|failure)", r"unknown mailer error", r"\bprocmail\b", r"\bmaildrop\b", r"pipe to \|?", r"(?:exit(?:ed)?|return(?:ed)?) (?:with )?(?:status|code|error|non-zero)", r"error (?:writing|opening) (?:message|mailbox|file)", r"child (?:crashed|exited)", r"delivery (?:agent|program|command) ", r"local delivery failed", r"operating system error", r"error from local mailer")),
    ("failedstarttls", (r"starttls", r"\btls\b[^.]{0,40}(?:required|fail|not available|negotiat|handshake|error|certificate)", r"(?:requires?|must use|without) (?:an? )?(?:tls|encryption|ssl)", r"certificate[^.]{0,30}(?:not trusted|verif|expired|invalid)")),
    ("contenterror", (r"improper use of 8-bit", r"8[- ]?bit (?:data|character)", r"malformed (?:mime|message|header|address header)", r"(?:mime|message|header|body) (?:format|syntax|structure|encoding)[^.]{0,20}(?:error|invalid|not|fail)", r"invalid (?:mime|message|content|character|header)", r"too many ['\"]?received", r"conversion (?:fail|is not|not)", r"media error", r"unsupported (?:charset|encoding|content)", r"charset not", r"content[^.]{0,20}(?:format|type)[^.]{0,20}(?:not|invalid)", r"html (?:tag|mail)s? (?:not|are|is)", r"improperly (?:formatted|formed)", r"message (?:header|is) (?:contains|malformed|empty|invalid)", r"8bitmime")),
    ("systemerror", (
        r"ldap", r"(?:system|server|local|internal|internal server|configuration|temporary system|database|lookup|backend|i/?o) (?:config\w* )?(?:error|problem|failure|malfunction|fault)", r"system (?:is )?(?:unavailable|not available|incorrectly|busy|down)", r"can(?:'t|not) (?:create|open|write|lock|access|allocate|connect to)", r"resources? (?:temporarily )?(?:unavailable|restricted|not available)", r"(?:out of|insufficient|not enough) (?:memory|resources)", r"server (?:is )?(?:busy|overload|down|shutting|too busy|not available|unavailable|configuration)", r"duplicated? message-id", r"loop alert", r"timeout waiting for (?:input|client|data)", r"unexpected (?:error|failure|condition)", r"interrupted system call", r"read(?:-|)only", r"permission denied", r"unable to (?:contact|process|open|connect to (?:the )?(?:database|backend|lda|mysql))", r"service (?:is )?(?:currently )?(?:temporarily )?(?:not available|shutting)", r"local configuration", r"wrong owner", r"transaction failed", r"could not (?:load|open|be processed)", r"file (?:descriptor|system)", r"mysql|postgres", r"unable to (?:chdir|switch|run|read)", r"an? (?:internal )?error (?:has )?occurred while (?:processing|storing|delivering locally)", r"error in processing", r"busy - please try",
    )),
    ("expired", (
        r"connection (?:timed? ?out|refused|reset|lost|closed|dropped|attempt failed)", r"timed? ?out", r"(?:in|on) (?:the |your )?(?:mail )?queue (?:for )?too long", r"queue (?:period|lifetime|time)", r"(?:message|delivery|envelope|delivery time|mail|retry time|retry timeout|maximum retry)(?: \w+)? (?:expired|exceeded|timeout|not reached)", r"(?:not|couldn't|could not) be delivered (?:for|within|after|in) ", r"been failing for a long time", r"retry (?:time|timeout|period)", r"(?:did not|does not|didn't|not) (?:respond|accept our requests|answer|reply)", r"(?:host|server|system|machine|domain|recipient server)[^.]{0,30}(?:not (?:reachable|respond|available|up|contactable|accept)|unreachable|is down|did not)", r"(?:unable|failed|cannot|could not|couldn't|can't) to? ?(?:connect|contact|reach|establish|deliver .{0,20}after)", r"will (?:keep|continue|be) (?:trying|retried|tried|to try)", r"(?:has been|was|is|still|been) (?:delayed|undelivered|deferred|postponed|queued)", r"\bdelayed\b", r"multiple retries", r"number of (?:retries|attempts)", r"lost connection", r"lost.{0,12}connection", r"host unreachable", r"expired", r"conversation with .{0,60} timed", r"no (?:answer|response) from", r"read error|write error|socket error", r"attempts? (?:exceed|fail)",
    )),
    ("syntaxerror", (r"improper sequence", r"bad sequence", r"syntax error", r"command (?:not|unrecogni[sz]ed|unknown|rejected|unimplemented)", r"unrecogni[sz]ed command", r"unknown command", r"not implemented", r"need (?:rcpt|mail|helo)", r"invalid (?:parameter|argument|command)", r"angle-brackets", r"source route", r"(?:ascii|nul) (?:code|character)")),
)  # fmt: skip

# That a recipient does not exist; whether it is said at RCPT decides between userunknown and filtered.
UNKNOWN_RECIPIENT: Final = (
    r"(?:user|recipient|address|mailbox|account|alias|person|subscriber|addressee|e-?mail(?: address)?|name|member|customer)\b.{0,90}?(?:unknown|not found|does(?:n't| not) exist|not exist|n't exist|invalid|non-?existent|nonexistent|no longer (?:exists?|valid|available|on|at|in)|not (?:known|valid|recogni[sz]ed|available|listed|here|on (?:this|our)|a (?:known|valid|local|registered))|isn't (?:here|valid)|unavailable|couldn't be found|could not be found|wasn't found|undeliverable|unlisted|incorrect|is (?:bad|wrong)|deleted|removed|never)",
    r"(?:unknown|no such|invalid|nonexistent|non-?existent|illegal|bad|undeliverable|unrecogni[sz]ed|incorrect|not a valid|not a known|no valid|wrong) (?:local |e-?mail |destination |mail |mailbox |recipient's |rcpt |virtual )*(?:user|recipients?|address(?:ee)?|mailbox|account|alias|person|local ?part|rcpt|e-?mail|name|destination|subscriber|here)",
    r"no (?:mailbox|user|account|one|recipient|person|local mailbox)\b|no such (?!file)", r"not (?:a )?(?:known|valid|local|registered|our) (?:user|recipient|mailbox|address|account)", r"does(?:n't| not) have an? .{0,40}account", r"nobody (?:here|by)", r"no (?:longer )?valid", r"recip(?:ient)?notfound", r"address(?:ee)? (?:is )?unknown", r"wasn't found at", r"who\?|not known here", r"delivery to this (?:user|recipient) (?:failed|not)", r"left the (?:company|organi[sz]ation)", r"is no longer (?:available|with|employed|working|in use|valid|used|at|on)", r"not listed", r"unknown$",
    r"destinataire (?:inconnu|invalide|introuvable)", r"adresse[^.]{0,60}(?:introuvable|inconnue|invalide|incorrecte|n'existe)", r"(?:empf.nger|adresse|benutzer|postfach)[^.]{0,40}(?:unbekannt|nicht gefunden|existiert nicht|ung.ltig)", r"(?:usuario|destinatario|direcci.n|buz.n)[^.]{0,40}(?:desconocid|no existe|no encontrad|inexistente|no v.lid)", r"(?:destinatario|indirizzo|utente|casella)[^.]{0,40}(?:sconosciut|inesistente|non trovat|non esist|non valid)", r"(?:usu.rio|destinat.rio|endere.o)[^.]{0,40}(?:desconhecid|n.o exist|inv.lid|inexist)", r"(?:пользовател|адресат|получател|ящик|адрес)[^.]{0,40}(?:не найден|не существ|несуществ|неизвест)", r"(?:gebruiker|ontvanger|adres)[^.]{0,40}(?:onbekend|niet gevonden|bestaat niet)", r"(?:宛先|ユーザ|アドレス|メールアドレス).{0,16}(?:不明|存在しません|見つかりません|ありません)", r"(?:收件人|用户|地址).{0,10}(?:不存在|未知|无效)", r"nie (?:istnieje|znaleziono)",
)  # fmt: skip
# Weak: a recipient was refused, and nothing says why.
REFUSED_RECIPIENT: Final = (r"address rejected\.?(?: <>)? ?(?:\(in reply|$)", r"recipients? (?:was |were )?(?:rejected|refused|denied)\.? ?(?:\(in reply|$)", r"rejected recipient <>[^:]*$")  # fmt: skip

# Enhanced status codes (RFC 3463 and its registry) that say by themselves why; x.0.0 and the like say nothing.
# What to do about each, in the six words that a sender reacts to.
CLASSES: Final[dict[str, str]] = {
    "userunknown": "address", "hostunknown": "address", "hasmoved": "address", "notaccept": "address", "filtered": "address", "suspend": "address", "mailboxfull": "address",
    "badreputation": "reputation", "blocked": "reputation", "requireptr": "reputation", "feedback": "reputation",
    "authfailure": "auth", "rejected": "auth", "norelaying": "auth", "securityerror": "auth", "failedstarttls": "auth",
    "speeding": "rate", "toomanyconn": "rate",
    "contenterror": "content", "mesgtoobig": "content", "notcompliantrfc": "content", "policyviolation": "content", "spamdetected": "content", "virusdetected": "content",
    "expired": "temporary", "mailererror": "temporary", "networkerror": "temporary", "syntaxerror": "temporary", "systemerror": "temporary", "systemfull": "temporary", "undefined": "temporary",
}  # fmt: skip
BY_STATUS: Final[dict[str, str]] = {
    "1.0": "userunknown", "1.1": "userunknown", "1.2": "hostunknown", "1.3": "userunknown", "1.4": "filtered", "1.5": "delivered", "1.6": "hasmoved", "1.7": "rejected",
    "1.8": "rejected", "1.9": "userunknown", "1.10": "notaccept",
    "2.0": "filtered", "2.1": "suspend", "2.2": "mailboxfull", "2.3": "mesgtoobig", "2.4": "filtered",
    "3.1": "systemfull", "3.2": "notaccept", "3.3": "systemerror", "3.4": "mesgtoobig", "3.5": "systemerror",
    "4.0": "networkerror", "4.1": "expired", "4.2": "expired", "4.3": "systemerror", "4.4": "hostunknown", "4.5": "speeding", "4.6": "networkerror", "4.7": "expired", "4.8": "networkerror",
    "5.1": "syntaxerror", "5.2": "syntaxerror", "5.3": "toomanyconn", "5.4": "systemerror", "5.5": "systemerror",
    "6.0": "contenterror", "6.1": "contenterror", "6.2": "contenterror", "6.3": "contenterror", "6.4": "contenterror", "6.5": "contenterror", "6.6": "contenterror", "6.7": "contenterror", "6.8": "contenterror", "6.9": "contenterror",
    "7.2": "rejected", "7.8": "securityerror", "7.9": "policyviolation", "7.13": "suspend", "7.17": "hasmoved", "7.18": "hasmoved", "7.20": "authfailure", "7.21": "authfailure", "7.22": "authfailure", "7.23": "authfailure", "7.24": "authfailure", "7.25": "requireptr", "7.26": "authfailure", "7.27": "notaccept", "7.28": "speeding", "7.29": "authfailure", "7.30": "failedstarttls",
}  # fmt: skip
# What the basic code says where nothing else does.
BY_CODE: Final[dict[str, str]] = {
    "250": "delivered", "421": "expired", "450": "expired", "451": "systemerror", "452": "systemfull", "454": "securityerror", "500": "syntaxerror", "501": "syntaxerror", "502": "syntaxerror", "503": "syntaxerror", "504": "syntaxerror",
    "521": "notaccept", "525": "suspend", "530": "securityerror", "534": "securityerror", "535": "securityerror", "538": "securityerror", "552": "mailboxfull", "556": "notaccept", "571": "blocked",
}  # fmt: skip
# Where in the dialogue a refusal came tells what was refused, when its words do not.
BY_COMMAND: Final[dict[str, str]] = {"CONN": "blocked", "EHLO": "blocked", "HELO": "blocked", "MAIL": "rejected"}

# How notices tell which command was refused; the first that stands in the text counts.
COMMANDS: Final[tuple[tuple[str, str], ...]] = (
    ("CONN", r"after initial connection|in reply to (?:end of )?connect|while talking to [^\n]*\n<<<|initial (?:server )?greeting|refused to talk to me|\(in reply to initial"),
    ("EHLO", r"in reply to (?:ehlo|helo|lhlo)|(?:after|rejected|following) (?:ehlo|helo)|my name was rejected"),
    ("MAIL", r"in reply to mail from|after mail from|sender was rejected|\[mail_from\]|>>> mail from[^\n]*\n<<<|(?:following|for) mail (?:from )?command|\(state 9\)|did not like our mail from"),
    ("RCPT", r"in reply to rcpt to|after rcpt to|(?:did|does) not like (?:our rcpt|recipient)|following rcpt command|after rcpt command|smtp:rcpt|>>> rcpt to[^\n]*\n<<<|\*\* address not found \*\*|\(state 1[34]\)|for rcpt (?:to )?command|\[rcpt_to\]|rejected recipient <|rejected your message to the following"),
    ("DATA", r"in reply to (?:end of )?data|after end of data|after data|failed after i sent the message|>>> data\b|>>> \.|for (?:text|data) command|after (?:pipelined )?(?:end of )?data|\(state 1[78]\)|\[data\]|end of data"),
)  # fmt: skip

# Bounce categories that PowerMTA writes beside its status.
BY_CATEGORY: Final[dict[str, str]] = {
    "bad-domain": "hostunknown", "bad-mailbox": "userunknown", "inactive-mailbox": "suspend", "message-expired": "expired", "no-answer-from-host": "networkerror", "policy-related": "policyviolation", "quota-issues": "mailboxfull", "routing-errors": "systemerror", "spam-related": "spamdetected", "virus-related": "virusdetected", "bad-configuration": "systemerror", "bad-connection": "networkerror", "invalid-sender": "rejected", "content-related": "contenterror", "relaying-issues": "norelaying", "protocol-errors": "syntaxerror",
}  # fmt: skip

"""What notices and auto-replies look like: names of mail servers, subjects, turns of phrase, marks of the returned copy. Tables of patterns."""

from __future__ import annotations

from typing import Final

# Whom notices are from.
SERVERS: Final = (
    "mailer[-_.]?daemon", "post ?master", "mail(?:er)?[-_. ]?(?:delivery|administrator|admin)", "delivery[-_. ]?(?:subsystem|system|status)",
    "mail[-_. ]deliver[-_. ]system", "mmsc ndr", "^<>$", r"mail server at \S+", "<@>", "internet mail delivery", "system administrator",
)  # fmt: skip
# What they are titled.
SUBJECTS: Final = (
    "undeliver", "non[- ]?deliver", "error sending message", "mail failed", "not sent", "non-remis", "not deliver", "failure notice",
    "failure delivery", r"fail(?:ed|ure)?\b.{0,12}deliver",
    r"deliver\w*.{0,20}\b(?:fail|status|problem|error|report|unsuccess|delay)", "returned? mail", "mail (?:failure|system error)",
    "could not (?:send|be delivered)", "delivery notification", "error sending your mail", "loop alert", "warning: could not",
    "message you sent blocked", "bounce", "postmaster notify", "message status", "blocked", "non remis", "non recapitabile", "unzustellbar",
    "nicht zugestellt", "no se (?:puede|pudo) entregar", "no entregado", "n.o entregue", "недоставлен", "не доставлен", "не может быть доставлен",
    "配信", "送信できません", "エラー", "退信", "onbestelbaar", "niet bezorgd", "niedostarcz", ".chec de la remise", "rebotad",
    "nicht zustellbar", "zustellung .{0,20}(?:fehl|nicht)", "remise impossible", ".chec (?:de|d'envoi)", "message non (?:remis|distribu)",
    "entrega fallida", "error (?:de|en la) entrega", "no se (?:puede|pudo|ha podido) entregar", "falha (?:na|de) entrega", "n.o .{0,12}entreg",
    "mancata consegna", "impossibile recapitare", "nie mo.na dostarczy", "zwr.cona", "не уда.{1,8}доставить", "не доставлено", "送信エラー",
    "配信不能",
    "无法(?:送达|投递|传递)", "(?:传递|投递)失败", "未送达", "系统退信", "無法(?:送達|傳遞)",
)  # fmt: skip
# Words of which each notice holds at least one.
EVIDENCE: Final = (
    "deliver", "undeliver", "returned", "rejected", "fail", "could not", "couldn't", "cannot", "unable to", "wasn't able", "unknown", "full",
    "exceed", "reach", "error", "refused", "problem", "duplicated message-id", "remis", "recap", "zustell", "entreg", "достав", "配信", "mailbox",
    "distribu", "remett", "recapit", "consegn", "dostarcz", "送信", "送达", "投递", "传递", "退信", "送達", "unbekannt", "inconnu",
    "no existe", "quota", r"\b[45]\.\d{1,3}\.\d{1,3}\b",
)  # fmt: skip
# Turns that speak of a message which the reader sent.
YOURS: Final = (
    "(?:message|mail|e-mail)s? (?:that )?you(?: have)? sent",
    r"your (?:message|mail|e-mail)\b.{0,120}(?:not|could|couldn't|was|wasn't|reject|fail)", "following (?:recipient|address|message)",
    "transcript of (?:the )?(?:session|attempts)", "permanent(?:ly)? (?:error|fail)", "failure reasons", "mail delivery (?:system|software)",
    "could not be delivered", "not delivered", "unable to deliver", "delivery (?:failed|status)", "mailbox exceeds", "duplicated message-id",
    "couldn't be delivered", "delivery failure was", "undeliverable to", "did not reach", "failed address", "rejected by a remote mail server",
)  # fmt: skip
# How the subjects of auto-replies begin.
AWAY: Final = (
    "auto(?:matic|mated)?[ -]?(?:reply|response|responder|answer)", "auto ?:", "out of (?:the )?office", "out-of-office", "abwesen",
    "automatische (?:antwort|abwesen)", "r.ponse automatique", "absence", "respuesta autom", "risposta automatica", "fuori (?:sede|ufficio)",
    "resposta autom", "automatisch antwoord", "afwezig", "autosvar", "frånvaro",
    "автоответ", "自動応答", "自動返信", "不在", "自动(?:回复|答复)", "vacation",
    "away from", "i am (?:away|out|on)", "i'm (?:away|out)", "on (?:annual )?leave", "holiday",
)  # fmt: skip
# Lines that open the copy of the message which comes back.
COPIES: Final = (
    (
        "--.*(?:copy of the message|original message|unsent message|returned message|below this line|header of the original|message header"
        "|original mail|undelivered message|corps du message"
        "|urspr.ngliche nachricht|message d'origine|mensaje original|messaggio originale"
        "|mensagem original|oryginaln|исходн|元のメッセージ|原始邮件).*"
    ),
    (
        "(?:message headers follow|original message (?:follows|headers?)|included is a copy|below is a copy|original mail as follows"
        "|the (?:header|text) of (?:the|your) (?:original )?message|your original message|en-t.tes de message|original message:"
        "|urspr.ngliche nachrichtenkopfzeilen"
        "|encabezados (?:de mensajes? )?original"
        "|cabe.alhos de mensagem original|intestazioni (?:del messaggio )?original|oryginalne nag|元のメッセージ ?ヘッダー|原始邮件头).*"
    ),
    "(?:received|return-path|dkim-signature|x-google-[a-z-]+|delivered-to|domainkey-signature|arc-seal) ?:.*",
)  # fmt: skip

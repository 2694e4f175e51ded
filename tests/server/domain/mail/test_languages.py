"""What servers write in other languages than English comes to the same reasons, and ordinary mail in them stays ordinary."""

from __future__ import annotations

import pytest

from server.domain.mail.judging import judge
from server.domain.mail.replies import classify_reply

SAID = {
    "mailboxfull": (
        "Zu viele Nachrichten auf dem Server",
        "Das Postfach des Empfängers ist voll", "La boîte aux lettres du destinataire est pleine", "El buzón del destinatario está lleno",
        "La casella di posta del destinatario è piena", "A caixa de correio do destinatário está cheia", "Skrzynka odbiorcy jest pełna",
        "Ящик получателя переполнен", "受信者のメールボックスがいっぱいです", "收件人邮箱已满",
    ),
    "userunknown": (
        "Bob: aucune entrée dans l'annuaire Domino",
        "Empfänger unbekannt", "L'adresse de messagerie que vous avez entrée n'a pas été trouvée", "No se encontró la dirección de correo",
        "Utente sconosciuto", "O endereço de email não foi encontrado", "Nie znaleziono adresu odbiorcy", "Пользователь не найден",
        "宛先のメールアドレスが見つかりません", "找不到该用户",
    ),
    "mesgtoobig": (
        "Die Nachricht ist zu groß", "Le message est trop volumineux", "El mensaje es demasiado grande", "Il messaggio è troppo grande",
        "A mensagem é muito grande", "Wiadomość jest zbyt duża", "Сообщение слишком большое", "メールのサイズが大きすぎます", "邮件太大",
    ),
    "hostunknown": (
        "Domäne nicht gefunden", "Domaine inconnu", "El dominio no existe", "Dominio inesistente", "Domínio não encontrado", "Domena nie istnieje",
        "Домен не существует", "ドメインが見つかりません", "域名不存在",
    ),
}  # fmt: skip
NOTICES = {
    "Nicht zustellbar: Angebot": "Ihre Nachricht konnte nicht zugestellt werden.\n\n<bob@example.com>: Empfänger unbekannt (5.1.1)",
    "Non remis : Offre": "Votre message n'a pas été remis.\n\n<bob@example.com>: 550 5.1.1 utilisateur inconnu",
    "No se ha podido entregar: Oferta": "No se pudo entregar el mensaje.\n\n<bob@example.com>: 550 5.1.1 el usuario no existe",
    "Impossibile recapitare: Offerta": "Impossibile consegnare il messaggio.\n\n<bob@example.com>: 550 5.1.1 utente sconosciuto",
    "Zwrócona wiadomość": "Nie można dostarczyć wiadomości.\n\n<bob@example.com>: 550 5.1.1 użytkownik nieznany",
    "Не удается доставить": "Сообщение не доставлено.\n\n<bob@example.com>: 550 5.1.1 пользователь не найден",  # noqa: RUF001 - it is Russian
    "系统退信": "您的邮件无法送达。\n\n<bob@example.com>: 550 5.1.1 收件人不存在",
}
ORDINARY = {
    "Nicht zustellbar?": "Die Ware konnte nicht zugestellt werden, der Empfänger bob@example.com war im Urlaub.",
    "Mancata consegna del pacco": "Il pacco non è stato consegnato. Scrivi a bob@example.com.",
    "Falha na entrega do pedido": "O pedido não foi entregue. Fale com bob@example.com.",
    "退信说明": "请联系 bob@example.com 邮箱已满。",
}


@pytest.mark.criterion("email-18")
@pytest.mark.parametrize(("reason", "said"), [(reason, said) for reason, all_said in SAID.items() for said in all_said])
def test_a_refusal_in_any_language_has_its_reason(reason: str, said: str) -> None:
    found = classify_reply(550, None, said, command="RCPT")
    assert (found.reason, found.hard) == (reason, reason in {"userunknown", "hostunknown"})


@pytest.mark.criterion("email-18")
@pytest.mark.parametrize("subject", NOTICES)
def test_a_notice_in_any_language_is_a_bounce(subject: str) -> None:
    raw = f"From: MAILER-DAEMON@mx.example.net\nTo: alice@example.org\nSubject: {subject}\n\n{NOTICES[subject]}\n".encode()
    found = judge(raw)
    assert found.kind == "bounce"
    assert [(one.address, one.reason, one.hard) for one in found.recipients] == [("bob@example.com", "userunknown", True)]


@pytest.mark.criterion("email-18")
@pytest.mark.parametrize("subject", ORDINARY)
def test_ordinary_mail_in_any_language_is_none(subject: str) -> None:
    assert judge(f"From: carol@example.net\nTo: alice@example.org\nSubject: {subject}\n\n{ORDINARY[subject]}\n".encode()).kind == "ordinary"


@pytest.mark.criterion("email-18")
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 5.7.708 Service unavailable, traffic not accepted", "blocked"),
        ("550 5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission", "rejected"),
        ("550 5.7.64 TenantAttribution", "norelaying"),
        ("550 5.7.0 Message Size Violation", "mesgtoobig"),
    ],
)
def test_what_exchange_online_numbers_by_itself_is_known(said: str, reason: str) -> None:
    assert classify_reply(None, None, said).reason == reason

"""What servers write in other languages than English, reason by reason: tables for replies.py, read after the English ones.

German, French, Spanish, Italian, Portuguese, Polish, Russian, Japanese, Chinese; lower-case, letters that encodings spoil as dots.
"""

from __future__ import annotations

from typing import Final

LOCALIZED: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("mailboxfull", (
        "zu ?viele (?:e-?)?(?:mails?|nachrichten)",
        "(?:postfach|posteingang|mailbox|speicherplatz)[^.]{0,60}(?:voll|.berschritten|ersch.pft|ausgesch.pft)",
        "(?:bo.te|messagerie|quota)[^.]{0,60}(?:plein|satur|d.pass)", "(?:buz.n|casilla|bandeja)[^.]{0,60}(?:llen|cuota|excedid)",
        "(?:casella|cassetta|posta in arrivo)[^.]{0,60}(?:pien|quota superat|esaurit)",
        "(?:caixa)[^.]{0,60}(?:chei|lotad|excedid|cota)", "(?:skrzynk|miejsc)[^.]{0,60}(?:pe.n|przepe.n|przekrocz|brak)",
        "ящик[^.]{0,60}(?:переполнен|полон|квот)", "(?:メールボックス|受信トレイ|容量).{0,20}(?:一杯|いっぱい|満杯|超え|不足|超過)",
        "(?:邮箱|郵箱|信箱|空间).{0,12}(?:已满|已滿|满了|不足|超出|超过)",
    )),
    ("mesgtoobig", (
        "(?:nachricht|e-?mail|anlage)[^.]{0,40}(?:zu gro.|.berschreitet)",
        "(?:message|courriel|pi.ce)[^.]{0,40}(?:trop (?:volumineu|grand|gros)|d.passe)",
        "(?:mensaje|correo)[^.]{0,40}(?:demasiado grande|excede|supera)", "messaggio[^.]{0,40}(?:troppo grande|supera)",
        "mensagem[^.]{0,40}(?:muito grande|grande demais|excede)", "wiadomo.{1,2}[^.]{0,40}(?:zbyt du.|za du.|przekracza)",
        "(?:сообщени|письм)[^.]{0,40}(?:слишком больш|превыша)", "(?:メッセージ|メール).{0,16}(?:大きすぎ|サイズ)",
        "(?:邮件|郵件).{0,10}(?:太大|过大|過大|大小)",
    )),
    ("suspend", (
        "(?:konto|postfach|benutzer)[^.]{0,40}(?:deaktiviert|gesperrt|inaktiv)",
        "(?:compte|bo.te|utilisateur)[^.]{0,40}(?:d.sactiv|suspendu|inactif|ferm.)",
        "(?:cuenta|buz.n|usuario)[^.]{0,40}(?:desactivad|deshabilitad|suspendid|inactiv)",
        "(?:account|casella|utente)[^.]{0,40}(?:disattivat|disabilitat|sospes)",
        "(?:conta|caixa|usu.rio)[^.]{0,40}(?:desativad|desabilitad|suspens|inativ)",
        "(?:konto|skrzynka)[^.]{0,40}(?:zablokowan|wy..czon|nieaktywn)",
        "(?:ящик|запись|пользовател)[^.]{0,40}(?:заблокирован|отключен|неактив)", "(?:アカウント|ユーザー?).{0,12}(?:無効|停止)",
        "(?:帐户|账户|用户|邮箱).{0,10}(?:停用|禁用|冻结|锁定)",
    )),
    ("hostunknown", (
        "dom.ne[^.]{0,40}(?:nicht gefunden|unbekannt|existiert nicht)", "domaine[^.]{0,40}(?:inconnu|introuvable|n'existe pas)",
        "dominio[^.]{0,40}(?:no existe|desconocid|no se (?:ha )?encontr|inesistente|sconosciut|non (?:esiste|trovat))",
        "dom.nio[^.]{0,40}(?:n.o (?:existe|encontrad|foi encontrad)|desconhecid|inexistente)",
        "domen[ay][^.]{0,40}(?:nie istnieje|nieznan|nie znalez)",
        "домен[^.]{0,40}(?:не существ|не найден|неизвест)", "ドメイン.{0,16}(?:見つかりません|存在しません|不明)",
        "(?:域名|域).{0,8}(?:不存在|未找到|无效)",
    )),
    ("spamdetected", (
        "(?:nachricht|e-?mail)[^.]{0,40}als spam", "(?:considér|identifi).{0,20}ind.sirable", "correo no deseado", "posta indesiderata",
        "垃圾邮件", "迷惑メール",
    )),
    ("expired", (
        "zeit.berschreitung", "d.lai[^.]{0,30}(?:d.pass|expir)", "tiempo de espera", "tempo limite", "przekroczono czas", "истекло время",
        "タイムアウト", "超时",
        "(?:zustellung|remise|entrega|consegna)[^.]{0,30}(?:verz.ger|retard|demorad|atrasad|ritard)", "(?:配信|送信).{0,8}遅", "延迟",
    )),
)  # fmt: skip
# That a recipient does not exist.
UNKNOWN_ABROAD: Final[tuple[str, ...]] = (
    "(?:annuaire|directorio de|elenco|cat.logo) domino", "domino[- ](?:verzeichnis|adressbuch)", "domino ?ディレクトリ",
    "(?:e-?mail-?)?adresse[^.]{0,80}nicht (?:gefunden|vorhanden|zugestellt)",
    "(?:empf.nger|postfach|benutzer)[^.]{0,60}(?:nicht (?:gefunden|vorhanden)|unbekannt)",
    "(?:utilisateur|destinataire|adresse|bo.te)[^.]{0,80}(?:inconnu|introuvable|n'existe pas|n'a pas .t. trouv)",
    "(?:usuario|destinatario|direcci.n|buz.n)[^.]{0,80}(?:no se (?:ha )?encontr|no (?:fue|ha sido) encontrad|no existe)",
    "no se (?:ha )?encontr[^.]{0,20}(?:direcci|usuari|destinat|buz)",
    "(?:destinatario|indirizzo|utente|casella)[^.]{0,80}(?:non . stat. trovat|sconosciut|non esist|inesistente)",
    "(?:usu.rio|destinat.rio|endere.o|caixa)[^.]{0,80}(?:n.o (?:foi )?(?:encontrad|localizad)|n.o existe|desconhecid)",
    "nie (?:znaleziono|ma|odnaleziono)[^.]{0,20}(?:adres|u.ytkownik|odbiorc|skrzynk)",
    "(?:u.ytkownik|odbiorca|adres|skrzynka)[^.]{0,60}(?:nieznan|nie istnieje|nie zosta)",
    "такого (?:пользователя|адреса|ящика)[^.]{0,10}(?:не|нет)", "нет такого (?:пользователя|адреса|ящика)",
    "(?:アドレス|宛先|ユーザー?|受信者).{0,24}(?:見つかりません|見つかりませんでした|存在しません)",
    "(?:找不到|不存在|没有|无此|查无)(?:该|此|这个)?(?:用户|收件人|邮箱|地址|账户|帐户)",
    "(?:收件人|用户|邮箱|地址|帐号|账号).{0,12}(?:不存在|找不到|无效)",
)  # fmt: skip

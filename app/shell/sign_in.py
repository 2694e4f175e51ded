"""The first scene: which appliance, and who you are. What the appliance wants besides is asked one step at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton, QWidget

from app.client import trust
from app.shell.connecting import Connecting, Credential, Session
from app.shell.trusting import TrustDialog
from app.system.languages import tr
from app.system.profiles import ENVIRONMENTS, LOCAL, Profile
from app.theme.look import Look
from app.theme.wardrobe import dress
from app.widgets.dialogs import in_turn
from app.widgets.text import column, frame, label, pill, row, rule

OPERATOR: Final = "operator@localhost"  # whom an appliance makes when it starts for the first time


class SignIn(QWidget):
    """The scene; `entered` is called with the session and whether to remember the credential."""

    def __init__(self, look: Look, jobs: object, entered: Callable[[Session, Credential | None], None], name: str) -> None:
        super().__init__()
        dress(self)
        self.setObjectName("scene")
        self._look = look
        self._entered = entered
        self._profile = Profile(LOCAL, environment="development")
        self.connecting = Connecting(jobs, self, self._arrive)  # type: ignore[arg-type]
        self.profiles = QComboBox()
        self.url = _line(tr("Address"), "https://junction.example.com")
        self.environment = QComboBox()
        self.email = _line(tr("E-mail"), "operator@example.com")
        self.password = _line(tr("Password"), secret=True)
        self.totp = _line(tr("One-time code"), "123456")
        self.fresh = _line(tr("New password"), secret=True)
        self.again = _line(tr("The same once more"), secret=True)
        self.key = _line(tr("Operator key"), "jct_live_…", secret=True)
        self.remember = QCheckBox(tr("Stay signed in on this computer"))
        self.with_key = QPushButton(tr("Use an operator key"))
        self.button = QPushButton(tr("Sign in"))
        self.fault = label("", "fault", wrap=True)
        self.insecure = pill(tr("Not encrypted: anybody on the way can read along"), "warning")
        self.hint = label("", "caption", wrap=True)
        self.hint.hide()
        self.local = QPushButton(tr("Start one here"))
        self.local.hide()
        self.local.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._rows: dict[str, QWidget] = {}
        self._build(name)

    def _build(self, name: str) -> None:
        for value, words in ENVIRONMENTS.items():
            self.environment.addItem(tr(words), value)
        self.with_key.setProperty("role", "link")
        self.with_key.setCheckable(True)
        self.with_key.toggled.connect(lambda _: self._arrange())
        self.button.setProperty("role", "primary")
        self.button.clicked.connect(self.submit)
        self.url.textChanged.connect(lambda text: self.insecure.setVisible(bool(text) and not trust.is_encrypted_or_local(text)))
        self.profiles.currentIndexChanged.connect(lambda _: self._take(self.profiles.currentData()))
        self.fault.hide()
        self._mark = label("")
        self._look.changed.connect(self._paint)
        self._paint()
        fields = [
            self._row(words, name, widget)
            for name, words, widget in (
                ("profiles", tr("Appliance"), self.profiles),
                ("url", tr("Address"), self.url),
                ("environment", tr("Environment"), self.environment),
                ("email", tr("E-mail"), self.email),
                ("password", tr("Password"), self.password),
                ("totp", tr("One-time code of your authenticator app"), self.totp),
                ("fresh", tr("Choose a password of your own"), self.fresh),
                ("again", tr("The same once more"), self.again),
                ("key", tr("Operator key"), self.key),
            )
        ]
        head = row(
            self._mark,
            column(label(tr("Sign in to {name}", name=name), "title"), label(tr("Administer your integration appliance."), "muted"), spacing=2),
            None,
            spacing=12,
        )
        top = column(head, 8, rule(), 8, self.hint, self.local)
        foot = column(self.insecure, self.remember, self.fault, 4, self.button, row(None, self.with_key, None))
        card = frame("card", column(top, *fields, foot, margins=(32, 28, 32, 20), spacing=6))
        card.setFixedWidth(440)
        self.setLayout(column(None, row(None, card, None), None))
        self._arrange()
        for line in (self.url, self.email, self.password, self.totp, self.fresh, self.again, self.key):
            line.returnPressed.connect(self.submit)

    def _paint(self) -> None:
        self._mark.setPixmap(self._look.mark().pixmap(36, 36))

    def _row(self, words: str, name: str, widget: QWidget) -> QWidget:
        caption = label(words, "caption")
        caption.setBuddy(widget)
        widget.setAccessibleName(words)
        found = self._rows[name] = QWidget()
        found.setLayout(column(caption, widget, 4, spacing=4))
        return found

    def _arrange(self, *asked: str) -> None:
        key, choosing = self.with_key.isChecked(), "fresh" in asked
        known = self.profiles.count() > 1
        unknown = not known or self._profile.url == ""
        shown = {"url": unknown, "environment": unknown, "profiles": known, "email": not key, "password": not key, "key": key}
        if choosing:  # whoever came so far is signed in: what is left is the password of their own
            shown = dict.fromkeys(shown, False)
        shown |= {"totp": "totp" in asked, "fresh": choosing, "again": choosing}
        for name, widget in self._rows.items():
            widget.setVisible(shown[name])
        self.button.setText(tr("Set the password") if choosing else tr("Sign in"))
        self.with_key.setVisible(not choosing)
        self.insecure.setVisible(not trust.is_encrypted_or_local(self.url.text() or LOCAL))
        self.with_key.setText(tr("Use e-mail and password") if key else tr("Use an operator key"))

    def offer(self, profiles: Sequence[Profile], last: str = "") -> None:
        """Offer the profiles there are, and a new one."""
        self.profiles.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.profiles.clear()
        for profile in profiles:
            self.profiles.addItem(f"{profile.name}  ·  {tr(ENVIRONMENTS[profile.environment])}", profile)
        self.profiles.addItem(tr("Another appliance…"), Profile(""))
        places = [place for place, profile in enumerate(profiles) if profile.id == last]
        self.profiles.setCurrentIndex(places[0] if places else 0)
        self.profiles.blockSignals(False)  # noqa: FBT003 - Qt's own
        self._take(profiles[places[0] if places else 0] if profiles else Profile(LOCAL, environment="development"))

    def _take(self, profile: Profile) -> None:
        self._profile = profile
        self.url.setText(profile.url)
        self.environment.setCurrentIndex(max(0, self.environment.findData(profile.environment)))
        self.email.setText(profile.email)
        self.password.clear()
        self._arrange()

    def found(self, url: str | None, greeting: Path | None = None) -> None:
        """Say that an appliance answers on this computer, and where it has written its `greeting`; or offer to start one."""
        self.local.setVisible(url is None)
        self.local.setEnabled(True)
        if url:
            if greeting or self.url.text() in {"", LOCAL}:  # what somebody has typed meanwhile stays
                self.url.setText(url)
            self.hint.setText(
                tr("It runs. Its one-time password and its recovery code are in {file}: keep both, then delete the file.", file=greeting)
                if greeting
                else tr("An appliance answers on this computer. Its one-time password was printed when it first started.")
            )
            self.email.setText(self.email.text() or (OPERATOR if greeting else ""))
            self.attend()
        elif greeting:
            self.hint.setText(tr("It did not start. What it said is in {file}.", file=greeting))
        else:
            self.hint.setText(tr("No appliance answers on this computer."))
            self.url.setFocus()
            self.url.selectAll()
        self.hint.show()

    def attend(self) -> None:
        """Await what has to be typed next."""
        (self.password if self.email.text() else self.email).setFocus()

    def submit(self) -> None:
        """Sign in with what was entered."""
        self._say("")
        self.button.setEnabled(False)
        if self._rows["fresh"].isVisible():
            self._choose_password()
            return
        given = self._profile
        url = self.url.text().strip().rstrip("/")
        given = given if given.url else self._known(url) or given
        self._profile = Profile(
            url, given.label, self.environment.currentData(), given.colour, given.fingerprint, self.email.text().strip(), given.id
        )
        self.connecting.begin(self._profile, self._credential())

    def _known(self, url: str) -> Profile | None:
        """Return the profile of an address that was entered as another one's; None where there is none."""
        return next((found for place in range(self.profiles.count()) if (found := self.profiles.itemData(place)).url == url), None)

    def _choose_password(self) -> None:
        if self.fresh.text() == self.again.text():
            self.connecting.change_password(self.fresh.text())
        else:
            self.say(tr("The two are not the same."))

    def resume(self, profile: Profile, token: str, over: Callable[[], None]) -> None:
        """Go on with a token that was kept, unless the user is signing in already or has chosen another appliance."""
        if self.isVisible() and self.button.isEnabled() and self._profile.id == profile.id:
            self.connecting.resume(profile, token, over)

    def _credential(self) -> Credential:
        if self.with_key.isChecked():
            return Credential(key=self.key.text().strip())
        return Credential(self.email.text().strip(), self.password.text(), self.totp.text().strip())

    # What the steps ask for.

    def ask_trust(self, seen: str, pinned: str) -> None:
        """Show the certificate, and go on once it is trusted."""
        self.button.setEnabled(True)
        dialog = TrustDialog(self, self._profile.url, seen, pinned)
        dialog.accepted.connect(lambda: self._trust(seen))
        in_turn(dialog)

    def _trust(self, fingerprint: str) -> None:
        found = self._profile
        self._profile = Profile(found.url, found.label, found.environment, found.colour, fingerprint, found.email, found.id)
        self.submit()

    def ask_totp(self) -> None:
        """Ask for the code of the second factor."""
        again = self._rows["totp"].isVisible()
        self._arrange("totp")
        self.button.setEnabled(True)
        self.totp.setFocus()
        self._say(tr("That code is wrong, or was used before.") if again else "")

    def ask_password(self) -> None:
        """Ask for a new password."""
        self._arrange("fresh")
        self.hint.hide()
        self.local.hide()
        self.button.setEnabled(True)
        self.fresh.setFocus()

    def start_over(self) -> None:
        """Ask who it is again: the session has ended meanwhile."""
        for line in (self.password, self.totp, self.fresh, self.again):
            line.clear()
        self._arrange()
        self.attend()

    def say(self, fault: str) -> None:
        """Say what went wrong, and let the user try again."""
        self.button.setEnabled(True)
        self._say(fault)

    def _say(self, fault: str) -> None:
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))

    def _arrive(self, session: Session) -> None:
        self.button.setEnabled(True)
        credential = self._credential() if self.remember.isChecked() else None
        for line in (self.password, self.totp, self.fresh, self.again, self.key):
            line.clear()
        self._arrange()
        self._entered(session, credential)


def _line(name: str, placeholder: str = "", *, secret: bool = False) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(name)
    line.setPlaceholderText(placeholder)
    line.setInputMethodHints(Qt.InputMethodHint.ImhNoPredictiveText)
    if secret:
        line.setEchoMode(QLineEdit.EchoMode.Password)
    return line

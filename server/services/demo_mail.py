"""Mail that the demo tenant got: a question, an order with a delivery note in PDF, a drawing, and an automatic answer; each from one of its contacts.

They arrive the way mail from a mailbox does, so that the worker judges, files and tells them like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from server.services.email import arrivals
from server.services.email.arrivals import Seen
from server.system import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OFFICE: Final = "office@demo.example.com"
SOURCE: Final = "demo"
_LINES: Final = ("Delivery note for order O-1001", "2 x Card terminal (HW-TRM)", "1 x Onboarding day (SVC-ONB)", "Delivered complete and undamaged.")
_ROOMS: Final = (("Office", (20, 20, 220, 150)), ("Store", (220, 20, 380, 150)), ("Workshop", (20, 150, 380, 260)))


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: what it is about, what it says, how long ago it came, what is attached, and headers of its own."""

    subject: str
    text: str
    hours: int
    file: tuple[str, str, Callable[[], bytes]] | None = None
    headers: tuple[tuple[str, str], ...] = ()


def delivery_note() -> bytes:
    """Return a page in PDF."""
    # Only the demo draws here, and drawing is heavy to import.
    from reportlab.pdfgen.canvas import Canvas

    stream = BytesIO()
    canvas = Canvas(stream, pagesize=(420, 300))
    for place, line in enumerate(_LINES):
        canvas.setFont("Helvetica-Bold" if place == 0 else "Helvetica", 16 if place == 0 else 11)
        canvas.drawString(36, 250 - 24 * place, line)
    canvas.save()
    return stream.getvalue()


def floor_plan() -> bytes:
    """Return a drawing in PNG."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (400, 280), "#f4f6fb")
    pen = ImageDraw.Draw(picture)
    for name, room in _ROOMS:
        pen.rectangle(room, outline="#1d4ed8", width=3)
        pen.text((room[0] + 12, room[1] + 10), name, fill="#1f2937")
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


LETTERS: Final = (
    Letter("Question about the offer", "Hello,\n\ndoes the offer include the installation?\n\nKind regards", 52),
    Letter(
        "Delivery note for order O-1001",
        "Hello,\n\nattached is the signed delivery note.",
        27,
        ("delivery-note.pdf", "application/pdf", delivery_note),
    ),
    Letter("Floor plan of the new branch", "Here is the plan that we spoke of.", 5, ("floor-plan.png", "image/png", floor_plan)),
    Letter("Out of office", "I am back on Monday.", 2, headers=(("Auto-Submitted", "auto-replied"),)),
)


def take_in(tenant_id: str, contacts: Sequence[dict[str, Any]]) -> int:
    """Have the demo tenant's mail arrive, each from another contact; returns how many."""
    now = datetime.fromtimestamp(clock.now_ms() / 1000, UTC)
    for place, (letter, contact) in enumerate(zip(LETTERS, contacts, strict=False)):
        raw = _written(letter, contact, now - timedelta(hours=letter.hours), place)
        arrivals.take_in(tenant_id, "live", raw, Seen(SOURCE, f"INBOX/{place + 1}", (OFFICE,)))
    return len(LETTERS)


def _written(letter: Letter, contact: dict[str, Any], at: datetime, place: int) -> bytes:
    message = EmailMessage()
    message["From"] = f"{contact['first_name']} {contact['last_name']} <{contact['email']}>"
    message["To"] = OFFICE
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<demo-{place + 1}@{contact['email'].partition('@')[2]}>"
    for name, value in letter.headers:
        message[name] = value
    message.set_content(letter.text)
    if letter.file:
        name, media_type, drawn = letter.file
        kind, _, exact = media_type.partition("/")
        message.add_attachment(drawn(), maintype=kind, subtype=exact, filename=name)
    return message.as_bytes()

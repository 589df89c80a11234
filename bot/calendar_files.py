"""An appointment as a calendar file (RFC 5545), and the signed name under which it is fetched. Pure."""

from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

_SALT = "motcua calendar"


def token_of(submission_id: int, secret: bytes) -> str:
    return str(URLSafeSerializer(secret, salt=_SALT).dumps(submission_id))


def submission_of(token: str, secret: bytes) -> int | None:
    try:
        return int(URLSafeSerializer(secret, salt=_SALT).loads(token))
    except (BadSignature, TypeError, ValueError):
        return None


def address(public_url: str | None, submission_id: int, secret: bytes) -> str | None:
    """Where the file is fetched; None where the server does not know how it is reached."""
    return f"{public_url.rstrip('/')}/lich/{token_of(submission_id, secret)}.ics" if public_url else None


def calendar(
    uid: str, title: str, place: str, note: str, starts_at: datetime, minutes: int, now: datetime
) -> str:
    """One event with a reminder an hour before."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//motcua//appointments//VI",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_plain(uid)}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(starts_at)}",
        f"DTEND:{_utc(starts_at + timedelta(minutes=minutes))}",
        f"SUMMARY:{_plain(title)}",
        f"LOCATION:{_plain(place)}",
        f"DESCRIPTION:{_plain(note)}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT1H",
        f"DESCRIPTION:{_plain(title)}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _plain(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """At most 75 bytes a line, never cut inside a letter (RFC 5545, 3.1)."""
    parts, part = [], b""
    for letter in line:
        if len(part) + len(letter.encode()) > 74:
            parts.append(part)
            part = b" "
        part += letter.encode()
    return b"\r\n".join([*parts, part]).decode()

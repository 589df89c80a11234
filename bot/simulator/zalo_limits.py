"""What Zalo refuses of a message or an upload, as an error code; 0 for nothing. Pure.

Were this kinder than Zalo, whatever is tried on it would prove nothing. Sources: docs/channels/zalo-oa.vi.md.
"""

from collections.abc import Mapping
from typing import Any

LONGEST_TEXT = 2000  # code points
LONGEST_TITLE = 100
LONGEST_PAYLOAD = 1000
MOST_BUTTONS = 5
IMAGE_BYTES = 1_048_576
FILE_BYTES = 5 * 1_048_576

LIMIT, FIELD, TYPE, EXPIRED = -210, -201, -233, -100
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_GIF = (b"GIF87a", b"GIF89a")
_FILES = (".pdf", ".doc", ".docx", ".csv")


def wrong(message: Mapping[str, Any]) -> int:
    attachment = message.get("attachment", {})
    payload = attachment.get("payload", {})
    if attachment.get("type") == "file":
        return 0 if payload.get("token") else FIELD
    match payload.get("template_type"):
        case "request_user_info":
            return _wrong_form(payload.get("elements", []))
        case "media":
            return _wrong_media(message, payload.get("elements", []))
    if not 1 <= len(message.get("text", "")) <= LONGEST_TEXT:
        return LIMIT
    buttons = payload.get("buttons", [])
    if len(buttons) > MOST_BUTTONS:
        return LIMIT
    return next((found for each in buttons if (found := _wrong_button(each))), 0)


def wrong_upload(kind: str, name: str, content: bytes) -> int:
    """`kind` is the end of the address: image, gif or file."""
    if len(content) > (FILE_BYTES if kind == "file" else IMAGE_BYTES):
        return LIMIT
    if kind == "file":
        return 0 if name.lower().endswith(_FILES) else FIELD
    return 0 if content.startswith(_GIF if kind == "gif" else _IMAGES) else FIELD


def _wrong_form(elements: list[Mapping[str, Any]]) -> int:
    if len(elements) != 1:
        return LIMIT
    form = elements[0]
    if not str(form.get("image_url", "")).startswith("https://"):
        return FIELD
    return 0 if len(form["title"]) <= LONGEST_TITLE and len(form["subtitle"]) <= 500 else LIMIT


def _wrong_media(message: Mapping[str, Any], elements: list[Mapping[str, Any]]) -> int:
    """An address or an uploaded id, never both."""
    if len(elements) != 1 or ("url" in elements[0]) == ("attachment_id" in elements[0]):
        return FIELD
    return LIMIT if len(message.get("text", "")) > LONGEST_TEXT else 0


def _wrong_button(button: Mapping[str, Any]) -> int:
    if not 1 <= len(button["title"]) <= LONGEST_TITLE:
        return LIMIT
    payload = button["payload"]
    match button["type"]:
        case "oa.query.hide" | "oa.query.show":
            return 0 if payload.startswith("#") and len(payload) <= LONGEST_PAYLOAD else FIELD
        case "oa.open.url":
            return 0 if payload["url"].startswith(("http://", "https://")) else FIELD
        case "oa.open.phone":
            return 0 if payload["phone_code"].startswith("84") else FIELD
    return FIELD

"""Events as Zalo posts them, of one citizen unless told otherwise."""

from datetime import datetime
from typing import Any

from bot.simulator import zalo_events
from tests.house import MONDAY

AN = "6142494823000000001"
AT = str(int(MONDAY.timestamp() * 1000))


def event(name: str, user: str = AN, timestamp: str = AT, **more: Any) -> dict[str, Any]:
    return zalo_events.event(name, user, timestamp, **more)


def said(text: str, number: object = 1, user: str = AN, timestamp: str = AT) -> dict[str, Any]:
    return zalo_events.typed(text, number, user, timestamp)


def sent(
    what: str, *payloads: dict[str, Any], text: str | None = None, kind: str | None = None
) -> dict[str, Any]:
    """A message with attachments: `user_send_<what>`."""
    message: dict[str, Any] = {
        "msg_id": f"b8de7d84{what}",
        "attachments": [{"type": kind or what, "payload": payload} for payload in payloads],
    }
    if text is not None:
        message["text"] = text
    return event(f"user_send_{what}", message=message)


def relation(name: str, user: str = AN, timestamp: str = AT) -> dict[str, Any]:
    return zalo_events.relation(name, user, timestamp)


def echo(
    what: str, admin: str | None = None, user: str = AN, number: object = "echo-1", timestamp: str = AT
) -> dict[str, Any]:
    return zalo_events.echo(what, number, user, timestamp, "Chào anh/chị", admin)


def from_anonymous(what: str, **message: Any) -> dict[str, Any]:
    return event(
        f"anonymous_send_{what}",
        user="visitor-7",
        sender={"id": "visitor-7"},
        anonymous_id="visitor-7",
        conversation_id="talk-9",
        message={"msg_id": f"anon-{what}", **message},
    )


def at(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


# Receipts, news about the OA, groups, and an event of tomorrow: nobody waits for an answer to them.
UNANSWERED = (
    "user_received_message",
    "user_reacted_message",
    "oa_reacted_message",
    "user_click_chatnow",
    "update_user_info",
    "add_user_to_tag",
    "remove_user_from_tag",
    "remove_tag",
    "user_withdraw",
    "permission_revoked",
    "widget_interaction_accepted",
    "widget_failed_to_sync_user_external_id",
    "oa_send_consent",
    "user_reply_consent",
    "oa_call_user",
    "user_call_oa",
    "user_feedback",
    "user_click_response_button",
    "change_template_status",
    "change_template_quality",
    "change_template_quota",
    "change_oa_daily_quota",
    "change_oa_template_tags",
    "event_journey_acknowledged",
    "create_group",
    "user_join_group",
    "user_request_join_group",
    "user_send_group_text",
    "user_send_group_image",
    "oa_send_group_text",
    "oa_send_anonymous_text",
    "oa_send_list",
    "oa_send_template",
    "tomorrow",
)

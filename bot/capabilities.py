"""What each channel can show: the table that the renderer keeps to. Pure.

Messenger and SMS have their columns although nothing sends there yet: what is worded today must fit them too.
Sources and their certainty: docs/channels/. What a platform does not document is kept lower than was seen.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.messages import Capabilities

TELEGRAM = Capabilities(
    max_text=4096,
    text_unit="utf16",
    max_buttons=100,
    max_label=60,  # Telegram names no limit; a phone shows about thirty
    max_token=64,
    request_contact=True,
    request_location=True,
    files=True,
    chat_burst=3,
    per_second=25,  # of about 30, since a long reply is several messages
)
ZALO_OA = Capabilities(
    max_text=2000, max_buttons=5, max_label=100, max_token=64, phone_buttons=True, files=True, per_second=20
)
ZALO_OA_FORM = replace(ZALO_OA, request_contact=True)  # where a picture for the form is set
ZALO_OA_ANONYMOUS = replace(ZALO_OA, max_buttons=0, files=False)
ZALO_BOT = Capabilities(max_text=2000, max_buttons=0, url_buttons=False, per_second=5)
WEB = Capabilities(max_text=8000, phone_buttons=True, files=True, pull=True)
TERMINAL = Capabilities(max_text=100_000, max_buttons=0, url_buttons=False, pull=True)
MESSENGER = Capabilities(  # quick replies: at most 13, titles of 20, under a text of at most 2000
    max_text=2000, text_unit="utf16", max_buttons=13, max_label=20, max_token=1000, url_buttons=False
)
SMS = Capabilities(  # three parts of 67 with diacritics (UCS-2)
    max_text=201, text_unit="utf16", max_buttons=0, url_buttons=False
)

TABLE: Mapping[str, Capabilities] = {
    "telegram": TELEGRAM,
    "zalo_oa": ZALO_OA,
    "zalo_oa_form": ZALO_OA_FORM,
    "zalo_oa_anonymous": ZALO_OA_ANONYMOUS,
    "zalo_bot": ZALO_BOT,
    "web": WEB,
    "terminal": TERMINAL,
    "messenger": MESSENGER,
    "sms": SMS,
}

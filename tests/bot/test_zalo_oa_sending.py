"""Replies as Zalo takes them, and what its refusals become."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from structlog.testing import capture_logs

from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.messages import Choice, FileContent, Reply, Request, SentFile
from bot.ports import TryLaterError, UndeliverableError
from bot.simulator.zalo_events import OA_ID
from bot.simulator.zalo_limits import IMAGE_BYTES
from bot.simulator.zalo_oa import FakeOa, Fault
from storage.database import Database
from storage.records import AddressKey
from tests.bot.zalo_events import AN
from tests.bot.zalo_house import settings
from tests.house import FakeClock

KEY = AddressKey("zalo_oa", OA_ID, AN)
VISITOR = AddressKey("zalo_oa", OA_ID, "anonymous:v7:t9")


@dataclass
class Line:
    """The channel, and the fake OA at its other end."""

    channel: ZaloOaChannel
    far: FakeOa
    clock: FakeClock
    database: Database

    async def send(self, *parts: Any, key: AddressKey = KEY, **more: Any) -> str | None:
        return await self.channel.send(key, Reply(*parts, **more))

    def harm(self, *faults: Fault, key: AddressKey = KEY) -> None:
        self.far.faults_of[key.user_id] = list(faults)


class Kept:
    """One file, as the store would give it."""

    def __init__(self, content: FileContent) -> None:
        self._content = content

    async def content(self, file_id: int) -> FileContent | None:
        return self._content if file_id == 7 else None


@pytest.fixture
async def line(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Line]:
    clock, database = FakeClock(), await Database.open(sqlite_url)
    far = FakeOa(clock.now, open_to_all=True)
    wanted = settings(sqlite_url, tmp_path, zalo_contact_image="https://motcua.test/form.png")
    channel = ZaloOaChannel.of(wanted, database, clock, far.transport())
    yield Line(channel, far, clock, database)
    await channel.close()
    await database.close()


def choices(number: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"Mục {each}", token=f"t:{each}") for each in range(1, number + 1))


async def test_a_text_with_buttons_of_every_kind(line: Line) -> None:
    buttons = (
        Choice("Giấy tờ cần nộp", token="p:1.001193:documents"),
        Choice("Mở cổng dịch vụ công", url="https://dichvucong.gov.vn"),
        Choice("Gọi Trung tâm", phone="0290 3831 456"),
    )
    assert await line.send("Chọn giúp em ạ", buttons) == "m1"
    (message,) = line.far.phones[AN]
    assert message == {
        "text": "Chọn giúp em ạ",
        "attachment": {
            "type": "template",
            "payload": {
                "buttons": [
                    {
                        "title": "Giấy tờ cần nộp",
                        "type": "oa.query.hide",
                        "payload": "#p:1.001193:documents",
                    },
                    {
                        "title": "Mở cổng dịch vụ công",
                        "type": "oa.open.url",
                        "payload": {"url": "https://dichvucong.gov.vn"},
                    },
                    {
                        "title": "Gọi Trung tâm",
                        "type": "oa.open.phone",
                        "payload": {"phone_code": "842903831456"},
                    },
                ]
            },
        },
    }


async def test_numbers_without_a_country_are_said_not_dialled(line: Line) -> None:
    numbers = (
        Choice("Công an", phone="113"),
        Choice("Tổng đài", phone="1900 6899"),
        Choice("Gặp", token="person"),
    )
    await line.send("Gọi ngay ạ", (*numbers, Choice("Bộ phận", phone="+84 290 3831456")))
    assert line.far.texts(AN) == ["Gọi ngay ạ\n\nCông an: 113\nTổng đài: 1900 6899"]
    assert [each["title"] for each in line.far.buttons(AN)] == ["Gặp", "Bộ phận"]


async def test_five_buttons_fit_and_six_become_a_numbered_list(line: Line) -> None:
    await line.send("Chọn", choices(5))
    assert len(line.far.buttons(AN)) == 5
    await line.send("Chọn", choices(6))
    assert line.far.buttons(AN) == []
    assert line.far.texts(AN)[-1].endswith("6. Mục 6")


async def test_a_long_answer_arrives_whole_in_parts_of_two_thousand(line: Line) -> None:
    long = "\n\n".join(f"Bước {number}. " + "Chuẩn bị giấy tờ 📄. " * 60 for number in range(1, 6))
    await line.send(long, choices(2))
    texts = line.far.texts(AN)
    assert all(len(text) <= 2000 for text in texts)
    assert "".join("".join(texts).split()) == "".join(long.split())
    assert len(line.far.buttons(AN)) == 2


async def test_a_reply_that_broke_off_goes_on_where_it_stopped(line: Line) -> None:
    long = "\n\n".join("Chuẩn bị giấy tờ. " * 100 for _ in range(3))
    line.far.faults = iter([None, Fault("status", 502), *[None] * 9])
    with pytest.raises(TryLaterError):
        await line.send(long)
    arrived = line.far.texts(AN)
    assert len(arrived) == 1
    await line.send(long)
    assert line.far.texts(AN)[0] == arrived[0]
    assert "".join("".join(line.far.texts(AN)).split()) == "".join(long.split())


async def test_asking_for_contact_data_with_zalos_form(line: Line) -> None:
    await line.send("Cho em xin số điện thoại ạ", request=Request.CONTACT)
    text, form = line.far.phones[AN]
    assert text == {"text": "Cho em xin số điện thoại ạ"}
    assert form["attachment"]["payload"]["template_type"] == "request_user_info"
    line.harm(*[Fault("delay", 0), Fault("code", -201)])
    await line.send("Cho em xin số điện thoại ạ", request=Request.CONTACT)
    assert line.far.phones[AN][-1] == text, "refused, the words have to do, and are not said twice"


async def test_somebody_without_an_account_gets_text_alone(line: Line) -> None:
    await line.send("Chọn", choices(2), key=VISITOR)
    assert line.far.phones[VISITOR.user_id] == [{"text": "Chọn\n\n1. Mục 1\n2. Mục 2"}]


@pytest.mark.parametrize("code", [-201, -210, -233])
async def test_buttons_that_zalo_refuses_are_said_in_words(line: Line, code: int) -> None:
    line.harm(Fault("code", code))
    await line.send("Chọn", choices(2))
    assert line.far.phones[AN] == [{"text": "Chọn\n\n1. Mục 1\n2. Mục 2"}]


NEVER = {
    -201: "rejected",
    -210: "rejected",
    -213: "left",
    -227: "left",
    -230: "window_closed",
    -232: "window_closed",
    -233: "rejected",
    -244: "blocked",
    -248: "against_platform_rules",
    **dict.fromkeys((-108, -109, -114, -118, -119, -131, -139, -141, -146, -249), "template_refused"),
    **dict.fromkeys((-1121, -1122, -1124), "template_refused"),
}


@pytest.mark.parametrize(("code", "reason"), NEVER.items())
async def test_what_will_never_arrive_has_a_name(line: Line, code: int, reason: str) -> None:
    line.harm(Fault("code", code))
    with pytest.raises(UndeliverableError) as refused:
        await line.send("chào")
    assert refused.value.reason == reason
    await line.send("chào")  # the next message is tried as usual


@pytest.mark.parametrize("code", [-32, -200, -9999])
async def test_what_may_pass_is_tried_later(line: Line, code: int) -> None:
    line.harm(Fault("code", code))
    with pytest.raises(TryLaterError) as later:
        await line.send("chào")
    assert later.value.wait is None
    assert bool(later.value.everybody) == (code == -32), "what the app sends too much of, nobody sends"


CONFIGURATION = [-204, -205, -209, -212, -219, -221, -223, -224, -235, -240, -242, -320, -321, -211, -218]
CONFIGURATION += [-136, -137, -115, -144, -147]  # of templates


@pytest.mark.parametrize("code", CONFIGURATION)
async def test_what_a_person_has_to_mend_raises_an_alarm_and_waits(line: Line, code: int) -> None:
    line.harm(Fault("code", code))
    with capture_logs() as logs, pytest.raises(TryLaterError) as later:
        await line.send("chào")
    assert [entry["code"] for entry in logs if entry["log_level"] == "error"] == [code]
    assert later.value.wait is not None
    assert later.value.wait >= 300


@pytest.mark.parametrize("code", [-234, -133])
async def test_at_night_it_waits_for_the_morning(line: Line, code: int) -> None:
    line.clock.pass_(hours=14)  # from 9 in the morning to 23 o'clock
    line.harm(Fault("code", code))
    with pytest.raises(TryLaterError) as later:
        await line.send("chào")
    assert later.value.wait == timedelta(hours=7, minutes=5).total_seconds()


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (Fault("status", 429, wait=600), 600.0),
        (Fault("status", 429), None),
        (Fault("status", 500), None),
        (Fault("status", 502), None),
        (Fault("status", 504), None),
        (Fault("status", 404), None),
        (Fault("malformed"), None),
        (Fault("reset"), None),
        (Fault("lost"), None),
    ],
)
async def test_a_network_in_trouble_is_tried_later(line: Line, fault: Fault, wait: float | None) -> None:
    line.harm(fault)
    with pytest.raises(TryLaterError) as later:
        await line.send("chào")
    assert later.value.wait == wait
    assert "access-" not in str(later.value)


@pytest.mark.parametrize("user", ["", "bảy", "77; drop"])
async def test_what_is_no_zalo_id_is_not_even_tried(line: Line, user: str) -> None:
    with pytest.raises(UndeliverableError):
        await line.send("chào", key=AddressKey("zalo_oa", OA_ID, user))
    assert line.far.calls == 0


async def test_a_photo_too_large_for_zalo_is_made_smaller_and_a_visitor_reads_its_name(
    sqlite_url: str, tmp_path: Path
) -> None:
    noise = Image.effect_noise((2200, 2900), 90).convert("RGB")
    out = BytesIO()
    noise.save(out, "JPEG", quality=85)
    assert out.tell() > IMAGE_BYTES
    clock, database = FakeClock(), await Database.open(sqlite_url)
    far = FakeOa(clock.now, open_to_all=True)
    kept = Kept(FileContent("bảng.jpg", "image/jpeg", out.getvalue()))
    channel = ZaloOaChannel.of(settings(sqlite_url, tmp_path), database, clock, far.transport(), kept)
    reply = Reply("Dạ đây ạ.", files=(SentFile(7, "bảng.jpg (2,1 MB)", "Có tệp: bảng.jpg"),))
    await channel.send(KEY, reply)
    await channel.send(VISITOR, reply)
    picture, words = far.phones[AN]
    assert picture["attachment"]["payload"]["template_type"] == "media"
    assert words["text"] == "Dạ đây ạ."
    assert far.texts(VISITOR.user_id) == ["Dạ đây ạ.\n\nCó tệp: bảng.jpg"]
    await channel.close()
    await database.close()

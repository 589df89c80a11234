"""Filing under two hands at once, on both databases: one decision, one receipt."""

import asyncio
from pathlib import Path

import pytest

from storage.errors import StaleStateError
from storage.records import SubmissionStatus
from tests.house import house
from tests.photos import jpeg, paper

CODE = "H12.25-261123-0009"
BEFORE = ("Cho chính mình", "Đồng ý", "Bỏ qua", "Không thuộc")


@pytest.mark.parametrize("turned", [False, True])
async def test_accepted_and_refused_at_once_and_sent_twice(
    database_url: str, tmp_path: Path, turned: bool
) -> None:
    async with house(database_url, tmp_path) as home:
        desk, mai, kha = home.parts.filing, await home.officer(), await home.officer("kha")
        citizen = home.citizen()
        await citizen.send(kind="button", button="file:1.001193")
        for label in BEFORE:
            await citizen.press(label)
        await citizen.photos(jpeg(paper(size=(800, 1000))))
        await citizen.press("Xong")
        await citizen.press("Chưa có")
        await citizen.press("Tại nơi")
        send = next(choice.token for choice in citizen.menu if choice.label.startswith("Gửi hồ sơ"))
        await asyncio.gather(*(citizen.receive_only(kind="button", button=send) for _ in range(3)))
        await asyncio.gather(*(home.parts.intake.drain() for _ in range(2)))
        await home.settle()
        receipts = {word for reply in citizen.news() for word in reply.text.split() if word.startswith("HS-")}
        assert len({each.rstrip(".,") for each in receipts}) == 1

        both = [desk.accept(mai, 1, CODE), desk.refuse(kha, 1, "Hồ sơ thuộc tỉnh khác")]
        if turned:
            both.reverse()
        found = await asyncio.gather(*both, return_exceptions=True)
        lost = [each for each in found if isinstance(each, BaseException)]
        assert [type(each) for each in lost] == [StaleStateError]
        await home.settle()
        told = "\n".join(reply.text for reply in citizen.news())
        status = (await desk.open(mai, 1)).submission.status
        accepted = status is SubmissionStatus.ACCEPTED
        assert ("đã được tiếp nhận" in told, "thuộc tỉnh khác" in told) == (accepted, not accepted)

"""Petitions, told as they happen: handed from one body to another under the same code, and a name that stays out
of everything an agency reads."""

from pathlib import Path

from bot.console import petition_views
from bot.desk.petitions import PetitionPage
from bot.texts import Texts
from storage.petition_records import PetitionStatus
from storage.records import Role
from tests.bot.test_filing_desk import said
from tests.bot.test_petition_desk import told
from tests.house import House, house

ROAD = "đường ấp 3 xã Đất Mũi ngập nước cả tháng nay"
MINE = "Tôi tên Nguyễn Văn Út, 0912345678, báo đường ấp 3 xã Đất Mũi ngập"


# 4. Not ours: whose


async def test_rerouted_it_keeps_its_code_and_its_day(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.petitions, await home.officer()
        builders = await home.officer("hanh", Role.SPECIALIST, ("so_xay_dung",))
        police = await home.officer("khoa", Role.SPECIALIST, ("cong_an",))
        citizen = await told(home, ROAD)
        first = (await desk.open(mai, 1)).petition
        citizen.news()
        await desk.forward(mai, 1, "so_xay_dung", "Đường do sở quản lý")
        await home.settle()
        assert "đến Sở Xây dựng" in said(citizen)
        home.clock.pass_(days=3)
        await desk.reroute(builders, 1, "cong_an", "Việc trật tự đô thị của công an")
        await home.settle()
        words = said(citizen)
        assert f"{first.code} thuộc thẩm quyền của Công an" in words
        assert "Mã và hạn trả lời không đổi" in words
        counted = "Hạn trả lời: 15/12/2026 (15 ngày làm việc, tính từ sau ngày 23/11/2026, trừ các ngày nghỉ:"
        assert counted in words, "how the day was counted is said, holidays and all"
        assert "Việc trật tự" not in words, "a note between agencies is theirs"

        shown = (await citizen.say(first.code))[-1].text
        assert f"{first.code} gửi ngày 23/11/2026" in shown
        assert "Nơi phụ trách: Công an" in shown
        assert "Sở Xây dựng" not in shown
        assert counted in shown
        assert "chưa tìm thấy mã này" in (await home.citizen("la").say(first.code))[-1].text

        moved = (await desk.open(police, 1)).petition
        assert (moved.code, moved.answer_due_at, moved.status) == (
            first.code,
            first.answer_due_at,
            PetitionStatus.FORWARDED,
        )
        await desk.name_body(police, 1, "Khu Quản lý đường bộ IV", "Tuyến này do trung ương quản lý.")
        await home.settle()
        words = said(citizen)
        assert first.code in words
        assert "Nơi có thẩm quyền: Khu Quản lý đường bộ IV" in words
        shown = (await citizen.say(first.code))[-1].text
        assert "Nơi có thẩm quyền: Khu Quản lý đường bộ IV" in shown
        assert "không thuộc thẩm quyền" in shown


# 5. The name is withheld


def read(page: PetitionPage, home: House) -> str:
    """All that the console shows of it."""
    shown = petition_views.context(Texts.load(), page, home.clock.now(), home.clock.now())
    petition = page.petition
    ends = (petition.answer, petition.summary, petition.other_body)
    return "\n".join([page.text, page.place, *(each.text for each in shown["history"]), *filter(None, ends)])


HIDDEN = ("Út", "Nguyễn Văn", "0912345678", "Đào", "Lượm", "0987654321")


async def test_a_withheld_name_is_in_nothing_that_is_read(sqlite_url: str, tmp_path: Path) -> None:
    """Not in what was told, nor added later, nor in what officers type about it to one another."""
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.petitions, await home.officer()
        builders = await home.officer("hanh", Role.SPECIALIST, ("so_xay_dung",))
        police = await home.officer("khoa", Role.SPECIALIST, ("cong_an",))
        citizen = await told(home, MINE, hidden=True)
        code = (await desk.open(mai, 1)).petition.code
        await desk.forward(mai, 1, "so_xay_dung", "Ông Nguyễn Văn Út (0912345678) báo đường ngập")
        await desk.reroute(builders, 1, "cong_an", "Anh Út báo, không phải việc của sở")
        await desk.refuse(police, 1, "Anh Út vui lòng chờ, đường hết ngập rồi.", "Ông Nguyễn Văn Út đã báo.")
        await home.settle()
        assert "đường hết ngập rồi" in said(citizen)
        await citizen.press("Chưa giải quyết")
        added = await citizen.say("vẫn ngập, tôi tên Đào Văn Lượm, nhà kế bên, 0987654321")
        assert "đã ghi thêm" in added[-1].text
        await desk.forward(mai, 1, "so_xay_dung", "Anh Lượm báo vẫn ngập, gọi 0987654321")
        await desk.solve(builders, 1, "Cảm ơn anh Lượm, tức Đào Văn Lượm. Đã nạo cống.", "Anh Lượm đã báo.")
        await home.settle()
        assert "Đã nạo cống" in said(citizen)
        for officer in (mai, builders):
            page = await desk.open(officer, 1)
            words = read(page, home)
            assert "vẫn ngập" in words
            assert "không phải việc của sở" in words
            assert "Đã nạo cống" in words
            assert not [each for each in HIDDEN if each in words], words
            assert page.citizen is None
        shown = (await citizen.say(code))[-1].text
        assert "Lượm" not in shown


async def test_neither_a_body_nor_what_the_channel_calls_them_tells_the_name(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        desk, mai = home.parts.petitions, await home.officer()
        citizen = await told(home, ROAD, hidden=True)
        async with home.parts.database.unit_of_work() as uow:
            await uow.citizens.resolve(citizen.key, home.clock.now(), display_name="Trần Thị Bông")
            await uow.commit()
        await desk.name_body(mai, 1, "Chị Bông liên hệ Bộ Xây dựng", "Chị Trần Thị Bông gửi đến bộ.")
        words = read(await desk.open(mai, 1), home)
        assert "Bộ Xây dựng" in words
        assert "Bông" not in words

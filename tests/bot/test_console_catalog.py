"""The admin hears of an edit that is not served: which file, which line, what to do; and that nothing is lost."""

from dataclasses import replace
from pathlib import Path

from bot.live_catalog import LiveCatalog
from storage.records import Role
from tests.small_catalogs import entry, folder
from tests.websites import make_app, roomy, website

PAGE = "/can-bo/danh-muc"


async def test_a_refused_edit_is_told_on_every_page_of_the_admin_until_it_is_mended(
    sqlite_url: str, tmp_path: Path
) -> None:
    head = folder(tmp_path / "danh-muc")
    live = LiveCatalog.open(head)
    async with website(sqlite_url, tmp_path, working=False) as site:
        site.app = make_app(replace(site.parts, live=live), roomy())
        await site.officer("quan-tri", Role.ADMIN)
        await site.officer("mai")
        admin = await site.logged_in("quan-tri")
        assert "đang đọc được, không có lỗi" in (await admin.open(PAGE)).text

        good = live.snapshot.catalog.version
        folder(tmp_path / "danh-muc", entry().replace("agency: ubnd_xa", "agency: khong_co"))
        assert live.reload() is False
        said = (await admin.open(PAGE)).text
        (problem,) = live.problems
        assert problem.line > 0
        assert f"catalog/ho_tich.yaml:{problem.line} {problem.what} → {problem.remedy}" in said
        assert f"theo bản {good}, 1 thủ tục" in said
        assert "bản tốt gần nhất" in said
        assert "có 1 lỗi, chưa được dùng" in (await admin.open("/can-bo/tai-khoan")).text
        assert "lỗi" not in (await (await site.logged_in("mai")).open("/can-bo")).text, (
            "not the desk's business"
        )

        folder(tmp_path / "danh-muc", entry(), entry("1.000894", "kết hôn"))
        assert live.reload() is True
        assert "2 thủ tục" in (await admin.open(PAGE)).text
        assert "chưa được dùng" not in admin.text

"""Posters: every channel, every kind of file, nothing off the sheet, and a code that leads where it says."""

import re
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import segno
from PIL import Image
from typer.testing import CliRunner

from bot import posters
from bot.cli import app
from bot.config import Settings
from bot.texts import Texts
from storage.records import Role
from tests.websites import website

CENTRE = "Trung tâm Phục vụ hành chính công tỉnh Cà Mau"
ADDRESS = "https://t.me/motcua_camau_bot?start=p_1-001193"


LONGEST = (
    "Cấp, cấp lại, gia hạn Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm đối với cơ sở sản xuất, kinh doanh"
    " thực phẩm nông, lâm, thủy sản do Ủy ban nhân dân cấp xã quản lý theo phân cấp"
)


def drawn(channel: str, kind: str, language: str = "vi", procedure: str = "") -> bytes:
    poster = posters.Poster(CENTRE, channel, ADDRESS, "0290 1022", procedure, opens=bool(procedure))
    return posters.drawn(poster, kind, Texts.load(language))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("channel", posters.NAMES)
@pytest.mark.parametrize("procedure", ["", "Đăng ký khai sinh", LONGEST])
def test_every_word_stands_on_the_sheet_in_letters_read_from_afar(
    channel: str, language: str, procedure: str
) -> None:
    root = ET.fromstring(drawn(channel, "svg", language, procedure))
    words = [each for each in root if each.tag.endswith("text")]
    said = " ".join(each.text or "" for each in words)
    assert "0290 1022" in said
    assert procedure[:40] in said
    for each in words:
        size, x, y = (float(each.attrib[name]) for name in ("font-size", "x", "y"))
        width = (
            posters._font(100, bold=each.attrib["font-weight"] == "700").getlength(each.text or "")
            * size
            / 100
        )
        left = x - width / 2 if each.attrib.get("text-anchor") else x
        assert left >= 5, each.text
        assert left + width <= posters.WIDTH - 5, each.text
        assert size < y < posters.HEIGHT - 5, each.text
        assert size >= 5  # millimetres
    steps = [float(each.attrib["y"]) for each in words if each.attrib["x"] == "32.0"]
    assert max(steps) < posters.HEIGHT - 26  # above the line at the foot
    boxes = [each for each in root if each.attrib.get("fill") == posters.INK and each.tag.endswith("rect")]
    code = [float(each.attrib["y"]) for each in boxes]
    heads = [each for each in words if float(each.attrib["y"]) < min(code)]
    for above, below in pairwise(heads):
        apart = float(below.attrib["y"]) - float(above.attrib["y"])
        assert apart >= 1.1 * float(below.attrib["font-size"]), (above.text, below.text)
    assert max(float(each.attrib["y"]) for each in heads) < min(code) - 3, (
        "nothing in the white around the code"
    )
    assert max(code) - min(code) > 55  # millimetres: read from two steps away


def test_the_code_is_the_one_of_the_address() -> None:
    """Read back from the picture, module by module: no decoder is needed to see that it is the same code."""
    picture = Image.open(BytesIO(drawn("telegram", "png"))).convert("L")
    scale = picture.width / posters.WIDTH
    matrix = segno.make(ADDRESS, error="q", micro=False).matrix
    module = posters.QR_SIDE / (len(matrix) + 2 * posters.QUIET)
    root = ET.fromstring(drawn("telegram", "svg"))
    boxes = [each for each in root if each.attrib.get("fill") == posters.INK and each.tag.endswith("rect")]
    top = min(float(each.attrib["y"]) for each in boxes)
    left = min(float(each.attrib["x"]) for each in boxes)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            x, y = left + (column + 0.5) * module, top + (row + 0.5) * module
            assert (picture.getpixel((round(x * scale), round(y * scale))) < 128) is bool(dark)


def test_the_file_is_what_its_name_says() -> None:
    assert drawn("web", "pdf").startswith(b"%PDF")
    assert Image.open(BytesIO(drawn("web", "png"))).format == "PNG"


def test_addresses_come_from_the_settings() -> None:
    settings = Settings(public_url="https://hoidap.example/", telegram_name="motcua_bot", zalo_oa_id="388")
    assert posters.address_of(settings, "web", "1.001193") == "https://hoidap.example/?hoi=p_1-001193"
    assert posters.address_of(settings, "telegram", "1.001193") == "https://t.me/motcua_bot?start=p_1-001193"
    assert posters.address_of(settings, "zalo_oa") == "https://zalo.me/388"
    assert posters.address_of(Settings(), "web") is None


def test_the_command_writes_a_file_or_says_what_is_missing(tmp_path: Path) -> None:
    out = tmp_path / "ap-phich.pdf"
    words = ["poster", "--channel", "telegram", "-o", str(out)]
    assert CliRunner().invoke(app, words).exit_code == 2
    drawn_svg = tmp_path / "khai-sinh.svg"
    one = [
        "poster",
        "--channel",
        "zalo_oa",
        "-o",
        str(drawn_svg),
        "--procedure",
        "1.001193",
        "--address",
        ADDRESS,
    ]
    assert CliRunner().invoke(app, one).exit_code == 0
    said = drawn_svg.read_text("utf-8")
    assert "Đăng ký khai sinh" in said, "whoever passes by knows what it is about"
    assert "Gõ tên thủ tục" in said
    told = CliRunner().invoke(app, [*words, "--address", ADDRESS])
    assert told.exit_code == 0, told.output
    assert out.read_bytes().startswith(b"%PDF")
    assert (
        CliRunner().invoke(app, ["poster", "--channel", "web", "-o", str(tmp_path / "x.doc")]).exit_code == 2
    )


async def test_the_page_finds_one_procedure_and_draws_its_posters(sqlite_url: str, tmp_path: Path) -> None:
    known = {"public_url": "http://motcua.test", "telegram_name": "motcua_bot", "zalo_oa_id": "388"}
    async with website(sqlite_url, tmp_path, working=False, **known) as site:
        await site.officer("quantri", Role.ADMIN)
        admin = await site.logged_in("quantri")
        await admin.open("/can-bo/ap-phich?q=giấy+khai+sinh")
        assert "Đăng ký khai sinh (mã 1.001193)" in admin.text
        assert "https://t.me/motcua_bot?start=p_1-001193" in admin.text
        assert "/can-bo/ap-phich/telegram.pdf?thu_tuc=1.001193" in admin.response.text
        await admin.open("/can-bo/ap-phich/web.svg?thu_tuc=1.001193")
        assert "Đăng ký khai sinh" in admin.text
        assert "hiện ra ngay" in admin.text, "the code opens the chat at it"
        await admin.open("/can-bo/ap-phich/zalo_oa.svg?thu_tuc=1.001193")
        assert "Gõ tên thủ tục" in admin.text, "Zalo opens at no procedure"
        for kind, head in (("png", b"\x89PNG"), ("pdf", b"%PDF")):
            await admin.open(f"/can-bo/ap-phich/web.{kind}?thu_tuc=1.001193")
            assert admin.response.content.startswith(head)
            assert f"ap-phich-web-1.001193.{kind}" in admin.response.headers["content-disposition"]

        await admin.open("/can-bo/ap-phich?q=đất")
        assert "chọn một thủ tục" in admin.text
        assert re.search(r'href="/can-bo/ap-phich\?q=\d\.\d{6}', admin.response.text)
        await admin.open("/can-bo/ap-phich?q=xyzzy+qwe")
        assert "Chưa thấy thủ tục nào giống “xyzzy qwe”" in admin.text
        assert "thu_tuc=" not in admin.response.text
        for code in ("9.999999", "khai sinh", "../../etc"):
            assert (await admin.open(f"/can-bo/ap-phich/web.svg?thu_tuc={code}")).status == 404

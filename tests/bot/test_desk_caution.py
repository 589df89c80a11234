"""What no officer may send, however it is written; and what they write every day, which must go through."""

import pytest

from bot.desk.caution import Held, held

PORTAL = ("dichvucong.camau.example",)

ACCOUNTS = (
    "Chị chuyển khoản vào số tài khoản 0123 456 789 giúp em",
    "STK 1 0 2 3 4 5 6 7 8 9",
    "Số tài khoản: 1023.456.789",
    "stk 1023/456/789",
    "stk 1023  456  789",
    "so tai khoan １０２３４５６７８９",
    "số tài khoản 1023\u200b456\u200b789",
    "S.T.K 1023456789",
    "CK vào 1023456789 nha",
    "Số tài khoản là một không hai ba bốn năm sáu bảy tám chín",
    "Chuyển tiền vào tài khoản một hai 3 bốn năm 67 tám chín",
    "Chuyển vào Vietcombank 1023456789 Nguyễn Văn A giúp em.",
    "MoMo 0912345678, anh nộp tiền vào đó",
    "Anh nộp vô 19036789012345 nhé, Nguyễn Văn A",
    "Nộp vào 1023 4567 8901 rồi báo em",
)
SECRETS = (
    "Chị đọc mã OTP cho em",
    "Cho em xin mã OTP",
    "Cho xin mã OTP",
    "Không gửi OTP cho em là em không làm được",
    "Anh gửi mã OTP cho em được không?",
    "Mật khẩu của anh là gì ạ?",
    "mat khau la gi",
    "Đọc giúp em mã O.T.P nhé",
    "đọc em o t p",
    "OTP bao nhiêu ạ?",
    "Anh vừa nhận OTP. Đọc cho em nhé.",
    "cho em xin pass vneid",
    "Đọc mã 6 số vừa gửi về máy giúp em",
    "Không sao đâu, anh cứ gửi mã OTP cho em",
    "Chị nhắn lại mã xác nhận giúp em",
    "Bác chụp màn hình có mã xác thực gửi qua đây",
    "Anh cung cấp mật khẩu VNeID để em làm giúp",
)
LINKS = (
    "Chị vào đây: https://dichvucong-gov.vn.top/x",
    "Chị vào bit.ly/abc",
    "vào dichvucong.gov.vn.evil.tk nhé",
    "dichvucong.gov.vn.com",
    "vào evil.tk/login",
    "evil.ru",
    "https://evil.com\\.gov.vn/x",
    "https:\\\\evil.com\\x",
    "https:/evil.ru",
    "https://dichvucong.gov.vn@evil.com",
    "https://dichvucong.gov.vn%2eevil.com",
    "https://xn--dchvucng-r4a.gov.vn.xn--p1ai/",
    "xn--dchvucng-r4a.vn",
    "dichvucong.gоv.vn",  # a Cyrillic о
    "dịchvụcông.com",
    "dichvucong-gov.vn",
    "evil chấm com",
    "evil (chấm) com",
    "evil[.]com",
    "evil . com",
    "evil. com",
    "evil．com",
    "evil\u200b.com",
    "hxxps://evil.com",
    "http://dichvucong.gov.vn",  # not the sealed door
    "ftp://dichvucong.gov.vn",
    "http://103.2.1.4/a",
    "103.2.1.4/a",
    "t.me/abc",
    "zalo.me/g/abc",
    "s.id/abc",
    "tinyurl.com/x",
    "WWW.EVIL.COM",
)
FINE = (
    "Anh/chị nộp lệ phí 3.000.000 đồng tại quầy. Có thắc mắc gọi 0290 3 831 234.",
    "Anh/chị thanh toán trực tuyến tại ngân hàng, lệ phí 150.000 đồng, hoặc gọi 1900 1234.",
    "Anh/chị chuyển khoản qua Cổng thanh toán trực tuyến https://dichvucong.gov.vn, lệ phí 1.500.000 đồng.",
    "Hồ sơ H12.25-251103-0045 xong rồi ạ, mời bác ra nhận sáng 24/11/2026, từ 7:00-11:30 hoặc 13.30-17.00.",
    "Thủ tục 1.001193, Nghị định 123/2015/NĐ-CP, Quyết định 2034/QĐ-UBND.",
    "Nộp phí qua ngân hàng ủy nhiệm thu. Mã thủ tục: 1.004652.",
    "Tài khoản VNeID mức 2 thì làm được trên mạng. Tổng đài 02903 831 234.",
    "Mã số thuế 2000123456 của công ty đã đúng.",
    "Gọi em số 0912 345 678 hoặc +84 912 345 678.",
    "Anh/chị nộp qua https://dichvucong.gov.vn hoặc https://dichvucong.camau.example/ho-so?ma=1.",
    "Cổng: dichvucong.gov.vn.",
    "Em không bao giờ xin mã OTP, mật khẩu hay chuyển khoản.",
    "Không cung cấp mã OTP cho ai. Chị xem https://dichvucong.gov.vn nha.",
    "Đừng đưa mã OTP cho ai, kể cả cán bộ.",
    "Cán bộ không bao giờ hỏi mật khẩu của anh/chị.",
    "Mã OTP được gửi về điện thoại anh/chị, anh/chị nhập vào Cổng Dịch vụ công.",
    "Anh/chị bấm Quên mật khẩu trên VNeID rồi làm theo hướng dẫn.",
    "Theo Nghị định 123/2015/NĐ-CP.Anh/chị mang theo giấy.",
    "xong hồ sơ.anh chị ra xã",
    "Thư về trungtam@camau.gov.vn nhé.",
    "Bác mang một bản chính, hai bản sao, ba tấm ảnh.",
    "Từ năm 2025, 2026 trở đi nộp trước ngày 30 tháng 6 năm 2026, 7 giờ 30 đến 11 giờ.",
    "Dạ, năm 2025 hoặc năm 2026 đều được, thời hạn sáu tháng, không quá bảy ngày.",
)


@pytest.mark.parametrize(
    ("texts", "why"), [(ACCOUNTS, Held.ACCOUNT), (SECRETS, Held.SECRET), (LINKS, Held.LINK)]
)
def test_it_is_held_back_however_it_is_written(texts: tuple[str, ...], why: Held) -> None:
    assert [each for each in texts if why not in held(each, PORTAL)] == []


def test_what_officers_write_every_day_goes_through() -> None:
    assert [(each, held(each, PORTAL)) for each in FINE if held(each, PORTAL)] == []

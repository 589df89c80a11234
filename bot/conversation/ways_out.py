"""How people leave what they are doing and come back to it, in words; folded. The same for a dossier and a petition."""

import re

LONGEST_ANSWER = 8  # words of "cho tôi nhận qua bưu điện nha em"
# What goes around the words below, folded: "thôi", "tôi muốn" before, "nha em", "giùm" after.
BEFORE = r"(?:(?:da|thoi|vay|chac|em|toi|tui|minh|cho|muon|gio|xin|anh|chi) )*"
BEHIND = r"(?: (?:nay|do|di|da|luon|nha|nhe|hen|vay|roi|em|toi|tui|a|giup|gium|dum|cung duoc))*"
_TIME = (
    r"(?:sau|mai|mot|sang mai|ngay mai|toi nay|chieu nay|bua khac|bua sau|hom khac|hom sau|tuan sau|luc khac|khi khac"
    r"|khi nao ranh|lat|lat nua|chut nua|ti nua|hoi nua)"
)
_DOING = (
    r"(?:(?:roi|moi|se|hay|em|toi|tui|minh|lam|nop|gui|viet|ke|chup|bo sung|tinh|lam not|ho so|phan anh) ?)*"
    r"(?:tiep)?"
)
PAUSE = re.compile(
    rf"{BEFORE}(?:de (?:lai |toi |tui |em |den )?{_TIME}(?: {_DOING})?|{_TIME} {_DOING}"
    r"|tam (?:dung|ngung|nghi)|luu lai|later)"
    rf"{BEHIND}"
)
DROP_DOSSIER = re.compile(
    rf"{BEFORE}(?:(?:bo|huy|huy bo|xoa|dep)(?: han| luon)? (?:cai |bo )?ho so"
    r"|khong (?:muon )?nop (?:ho so )?nua|huy nop)"
    rf"{BEHIND}"
)
DROP_PETITION = re.compile(
    rf"{BEFORE}(?:(?:bo|huy|huy bo|xoa|dep|rut)(?: han| luon)? (?:cai |bo )?(?:phan anh|kien nghi|gop y)"
    r"|khong (?:muon )?(?:gui|phan anh) (?:phan anh )?nua)"
    rf"{BEHIND}"
)
# "Ừ bỏ đi", asked whether it shall be dropped.
AGREED_TO_DROP = re.compile(
    rf"(?:(?:u|uh|uhm|um|co|vang|dung|ok|oke) )*{BEFORE}(?:bo|xoa|huy)(?: han| luon| het| di| no)*{BEHIND}"
)
GO_ON = re.compile(
    rf"{BEFORE}(?:tiep tuc|(?:lam|nop|di|viet|ke|gui|phan anh) tiep|lam not|continue|go on)"
    rf"(?: lam| nop| viet| gui)?(?: ho so| phan anh)?{BEHIND}"
)

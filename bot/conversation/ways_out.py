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
# "Bổ sung ngay", "tôi gửi bổ sung", "gửi lại giấy": what an officer asked for.
SUPPLY = re.compile(
    rf"{BEFORE}(?:(?:gui|nop|xin|can|chup|dua) )?(?:bo sung|lai giay|giay bo sung)"
    rf"(?: ngay| giay to| giay| ho so| them)*{BEHIND}"
)
# Of what was sent already: only an officer can give it back.
WITHDRAW = re.compile(
    rf"{BEFORE}(?:(?:rut|huy|thu hoi)(?: lai)? (?:cai )?ho so(?: da (?:nop|gui))?(?: lai)?|nop nham(?: ho so)?){BEHIND}"
)
WHICH_PAPERS = re.compile(
    rf"{BEFORE}(?:(?:la |can bo can |can bo doi |can |con |thieu )*(?:giay|giay to|to)(?: gi| nao)"
    r"|con thieu (?:nhung )?gi)"
    rf"(?: vay| nua| the)*{BEHIND}"
)
# Said of an answer to a petition.
NOT_SOLVED = re.compile(
    r"\b(?:van con|con (?:hu|ngap|do|bi|y)|chua (?:xong|giai quyet|sua|lam|duoc|xu ly|thay)|khong dong y|mo lai)\b"
)
REOPEN = re.compile(rf"{BEFORE}mo lai (?:cai )?(?:phan anh|kien nghi|gop y)(?: .{{0,30}})?")
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
SKIP = re.compile(rf"{BEFORE}bo qua{BEHIND}")
HAND_IN = frozenset(
    {"gui", "gui di", "gui luon", "gui giup", "gui giup em", "da gui di", "goi", "goi di", "goi luon", "send"}
)

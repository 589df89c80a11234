"""Single facts of a procedure in words, shared by the card and its parts."""

from collections.abc import Iterable

from bot.texts import Texts, money
from intents.catalog import Fact, Fee, Procedure


def fee_in_short(procedure: Procedure, texts: Texts) -> str:
    """One amount, or from which amount on; a fee that nobody could confirm and nobody wrote is not "free"."""
    fees = [each for way in procedure.ways for each in way.fees]
    amounts = [each for each in fees if each.amount]
    if amounts:
        least = fee(min(amounts, key=lambda each: each.amount or 0), texts, noted=False)
        several = len({(each.amount, each.per, "" if each.amount else each.note) for each in fees}) > 1
        return texts("procedure.fee.from", fee=least) if several else least
    noted = next((each.note for each in fees if each.amount is None and each.note), None)
    return within(noted).rstrip(".") if noted else no_fee(procedure, texts)


def no_fee(procedure: Procedure, texts: Texts) -> str:
    return texts("procedure.fee.unknown" if Fact.FEE in procedure.unconfirmed else "procedure.fee.free")


def fee(each: Fee, texts: Texts, *, noted: bool = True) -> str:
    if each.amount is None:
        return (each.note or "").rstrip(".")
    amount = money(each.amount)
    if each.amount == 0:
        text = texts("procedure.fee.free")
    elif each.per:
        text = texts("procedure.fee.per", amount=amount, per=each.per)
    else:
        text = texts("procedure.fee.amount", amount=amount)
    return f"{text} ({each.note.rstrip('.')})" if noted and each.note else text


def time_in_short(procedure: Procedure) -> str:
    """Of the first way that has one; empty where nobody wrote any."""
    return next((str(way.time) for way in procedure.ways if way.time), "")


def time_or_who_knows(procedure: Procedure, texts: Texts) -> str:
    """How long it takes; where the law names no time, the day stands on the receipt."""
    return time_in_short(procedure) or texts("procedure.time.unknown")


def unconfirmed(facts: Iterable[Fact], texts: Texts) -> str:
    names = ", ".join(texts(f"procedure.fact.{fact.value}") for fact in sorted(facts))
    return texts("procedure.unconfirmed", parts=names) if names else ""


def within(name: str) -> str:
    """A name in the middle of a sentence: "Giấy chứng sinh" is "giấy chứng sinh", "UBND xã" stays."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]

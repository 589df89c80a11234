"""Tickets and ratings in words: the number, the place in the queue, the honest due time."""

from bot.conversation import outcomes, tokens
from bot.conversation.wording.context import Wording, lines, paragraphs
from bot.messages import Choice, Reply, Request
from bot.texts import Texts, moment
from storage.records import RatingReason, TicketStatus

LOW, MIDDLE = 2, 3  # levels up to which somebody was not satisfied, was neither
BAD = (RatingReason.SLOW, RatingReason.UNCLEAR, RatingReason.WRONG, RatingReason.RUDE)
GOOD = (RatingReason.FAST, RatingReason.CLEAR, RatingReason.KIND)

KHMER = "km"


def opened(outcome: outcomes.TicketOpened, wording: Wording) -> tuple[Reply, ...]:
    texts, ticket = wording.texts, outcome.ticket
    if outcome.already:
        foreign = ticket.language == KHMER
        opening = texts(
            "ticket.opened.language" if foreign else "ticket.opened.already", number=ticket.number
        )
        return (
            Reply(
                paragraphs(
                    opening, texts("ticket.number", number=ticket.number, due=moment(ticket.due_at, texts))
                )
            ),
        )
    details = lines(
        texts("ticket.closed_now") if not outcome.open_now else "",
        texts("ticket.number", number=ticket.number, due=moment(ticket.due_at, texts)),
        texts("ticket.ahead", count=outcome.ahead) if outcome.ahead else "",
    )
    silent_bot = ticket.status is TicketStatus.ASSIGNED
    text = paragraphs(
        texts(f"ticket.opened.{ticket.reason.value}"),
        details,
        "" if silent_bot or outcome.closes else texts("ticket.meanwhile"),
    )
    if outcome.closes is None:
        return (Reply(text),)
    due = moment(ticket.due_at, texts)
    again = texts("ticket.write_again", closes=moment(outcome.closes, texts), due=due)
    return (Reply(paragraphs(text, again), request=Request.CONTACT),)


def reopened(outcome: outcomes.TicketReopened, wording: Wording) -> tuple[Reply, ...]:
    return (Reply(wording.texts("ticket.reopened", number=outcome.ticket.number)),)


def withdraw_asked(outcome: outcomes.WithdrawAsked, wording: Wording) -> tuple[Reply, ...]:
    number = outcome.ticket.id
    choices = (
        wording.choice("withdraw_ticket_yes", tokens.withdraw_ticket(number, True)),
        wording.choice("withdraw_ticket_no", tokens.withdraw_ticket(number, False)),
    )
    return (Reply(wording.texts("ticket.withdraw_ask", number=outcome.ticket.number), choices),)


def withdrawn(outcome: outcomes.TicketWithdrawn, wording: Wording) -> tuple[Reply, ...]:
    ticket = outcome.ticket
    if ticket is None:
        return (Reply(wording.texts("ticket.withdraw_none"), wording.main_menu()),)
    key = "ticket.withdraw_kept" if outcome.kept else "ticket.withdrawn"
    return (Reply(wording.texts(key, number=ticket.number)),)


def levels(texts: Texts, ticket_id: int | None, officer_id: int | None = None) -> tuple[Choice, ...]:
    """Five levels in the order of their number, so that a typed `5` means the best."""
    return tuple(
        Choice(texts(f"rating.level.l{score}"), token=tokens.rate(score, ticket_id, officer_id))
        for score in range(1, 6)
    )


def rating_asked(outcome: outcomes.RatingAsked, wording: Wording) -> tuple[Reply, ...]:
    return (Reply(wording.texts("rating.ask"), levels(wording.texts, outcome.ticket_id)),)


def rated(outcome: outcomes.RatingRecorded, wording: Wording) -> tuple[Reply, ...]:
    texts = wording.texts
    if outcome.words:
        return (Reply(texts("rating.words")),)
    chips = _reasons(outcome, wording)
    if outcome.score > LOW:
        return (Reply(texts("rating.thanks"), chips),)
    again = (wording.choice("not_done", tokens.reopen(outcome.ticket_id)),) if outcome.ticket_id else ()
    return (Reply(texts("rating.sorry"), (*chips, *again, wording.person)),)


def _reasons(outcome: outcomes.RatingRecorded, wording: Wording) -> tuple[Choice, ...]:
    """Why, with one press; an answer of the assistant itself is rated in words."""
    if not outcome.ticket_id:
        return ()
    offered = BAD if outcome.score <= MIDDLE else GOOD
    return tuple(
        Choice(wording.texts(f"rating.reason.{each}"), token=tokens.rating_reason(outcome.ticket_id, each))
        for each in offered
    )


def question_asked(wording: Wording) -> tuple[Reply, ...]:
    return (Reply(wording.texts("ticket.ask_question"), (wording.cancel,)),)

"""From a message and what the conversation remembers to one act. Pure: no clock, no database, no network."""

from dataclasses import replace

from bot.conversation import acts, filing_steps, own_matters, petition_steps, steps, tokens, typed
from bot.conversation.acts import Act
from bot.conversation.hearing import Heard, Situation, Understood
from bot.live_catalog import Snapshot
from bot.messages import Incoming, Kind
from intents.extract import dossier_codes
from intents.reading import Intent
from intents.text import whole
from storage.petition_records import PetitionKind
from storage.records import Reason

__all__ = ["Situation", "Understood", "understand"]

TOGETHER = 30  # seconds between photos that are sent at once over a slow line


def understand(incoming: Incoming, situation: Situation, snapshot: Snapshot) -> Understood:
    text = whole(incoming.text)
    match incoming.kind:
        case Kind.LEFT:
            return Understood(acts.Leave())
        case Kind.START:
            return Understood(_started(incoming))
        case Kind.BUTTON:
            return _pressed(incoming, situation)
        case Kind.TEXT:
            heard = Heard(text, situation, snapshot)
            act = filing_steps.while_filing(heard, typed.act_of(heard))
            act = petition_steps.about_its_answer(heard, petition_steps.while_telling(heard, act))
            act = own_matters.about_ones_own(heard, act)
            return Understood(act, text, heard.asked, heard.reading, together=heard.together)
    files = _files(incoming, text, situation)
    if incoming.own:
        return Understood(files or acts.Ignore(), text)
    if files and not situation.held:
        return _told(files, text, situation, snapshot)
    if situation.held or _more_of_album(incoming, situation):
        return Understood(acts.PassOn(), text)
    if text and incoming.kind in (Kind.IMAGE, Kind.FILE, Kind.VIDEO):
        return _captioned(text, situation, snapshot)
    return Understood(_medium(incoming, situation, text), text)


def _told(act: Act, text: str, situation: Situation, snapshot: Snapshot) -> Understood:
    """Words under a photo of a petition are heard like any of its words."""
    if not text or not isinstance(act, acts.AddToPetition):
        return Understood(act, text)
    heard = Heard(text, situation, snapshot)
    if heard.reading.intent is Intent.FORMAL_COMPLAINT:
        return Understood(acts.ExplainComplaint(), text, None, heard.reading)
    about = steps.petition(heard, PetitionKind.REMARK)
    kind = about.kind if about.kind is not PetitionKind.REMARK else None
    return Understood(replace(act, kind=kind, commune=about.commune), text, None, heard.reading)


def _captioned(text: str, situation: Situation, snapshot: Snapshot) -> Understood:
    """What is written under a photo says what it is about; if not, it is asked."""
    heard = Heard(text, situation, snapshot)
    act = typed.act_of(heard)
    if isinstance(act, acts.AskAgain | acts.ShowHelp):
        act = _photo(situation)
    return Understood(act, text, heard.asked, heard.reading)


def _more_of_album(incoming: Incoming, situation: Situation) -> bool:
    """What to do with an album is asked once, not for each of its photos. Zalo does not say what is one."""
    if incoming.text:
        return False
    if incoming.album:
        return incoming.album == situation.state.album
    return incoming.kind is Kind.IMAGE and abs(incoming.at.timestamp() - situation.state.photo) < TOGETHER


def _started(incoming: Incoming) -> Act:
    parameter = incoming.start_parameter or ""
    if parameter.startswith("p_"):  # a deep link or QR code to one procedure: p_1-001193
        return acts.ShowProcedure(parameter[2:].replace("-", ".", 1))
    if parameter.startswith("h_"):  # to one dossier: h_H12_25-251103-0045; links carry no dots
        return acts.LookUpDossier(next(iter(dossier_codes(parameter[2:].replace("_", "."))), None))
    return acts.Greet(parameter or None)


def _pressed(incoming: Incoming, situation: Situation) -> Understood:
    token = incoming.button or ""
    act = tokens.decode(token)
    label = next((item.label for item in situation.state.menu if item.token == token), None)
    if situation.held and not typed.speaks_while_held(act, situation):
        return Understood(acts.PassOn(), text=label or incoming.text or token, label=label)
    return Understood(act or acts.ShowHelp(), text=label or incoming.text, label=label)


def _files(incoming: Incoming, text: str, situation: Situation) -> Act | None:
    """What was sent while a petition is being told or a dossier is being filed belongs to it."""
    if situation.state.telling and incoming.kind is Kind.LOCATION and incoming.location:
        here = incoming.location
        return acts.AddToPetition(location=f"{here.latitude:.6f},{here.longitude:.6f}")
    kept = tuple(each.stored for each in incoming.attachments if each.stored is not None)
    refused = tuple(each.problem for each in incoming.attachments if each.problem)
    if incoming.kind not in (Kind.IMAGE, Kind.FILE):
        return None
    if situation.state.telling:
        return acts.AddToPetition(kept, refused, text)
    if situation.state.draft is None:
        return None
    if kept or refused:
        return acts.ReceiveFiles(kept, refused, text)
    return acts.Ignore() if any(each.coming for each in incoming.attachments) else None


def _medium(incoming: Incoming, situation: Situation, text: str) -> Act:
    match incoming.kind:
        case Kind.VIDEO:
            return _photo(situation, video=True)
        case Kind.VOICE:
            return acts.Escalate(Reason.MEDIA, text)
        case Kind.LOCATION if incoming.location:
            return acts.FindOffice(incoming.location.latitude, incoming.location.longitude)
        case Kind.CONTACT if incoming.contact:
            return acts.ReceiveContact(incoming.contact.phone, incoming.contact.own)
        case Kind.STICKER:
            return acts.Chat()
    return _photo(situation)


def _photo(situation: Situation, *, video: bool = False) -> Act:
    """While a question waits for a person, it belongs to that."""
    if situation.ticket_open:
        return acts.Escalate(Reason.MEDIA, "")
    return acts.AskAboutMedia(video=video)

"""Which conversation a customer's mail goes into, whatever its headers say."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.mail.inbound.threading import find_tokens, is_anchor
from app.models import Contact, ContactAddress, Conversation, InboundMail, Mailbox, RawMail, Reply
from app.models.columns import now
from app.pipeline.receive import receive_message
from app.vocabulary import Authenticity, ConversationState, Outcome, ReplyState
from tests.pipeline.by_hand import Hands, open_hands
from tests.service import SUPPORT

OLIVIA = "Olivia Martinez <olivia.martinez@example.net>"
STRANGER = "Noah Thompson <noah.thompson@example.org>"
QUESTION = "Hello, where is my order #1035?"
TEAPOT = "My teapot arrived broken"
FIRST = "<first@customer.example>"


@pytest.fixture
async def hands(database_url, sandbox) -> AsyncIterator[Hands]:
    async with open_hands(database_url, sandbox) as hands:
        yield hands


async def _ask(hands: Hands) -> InboundMail:
    return await hands.receive(OLIVIA, TEAPOT, QUESTION, message_id=FIRST)


async def _sent(hands: Hands, mail: InboundMail, sandbox) -> dict[str, str]:
    """Headers of the reply to a mail as the customer gets them."""
    await hands.deliver(await hands.answer(mail))
    return dict(sandbox.outbox.messages[-1].headers)


async def test_an_answer_joins_by_the_references_alone_where_the_host_refuses_plus_addresses(hands, sandbox):
    await hands.change(Mailbox, plus_addressing=False)
    mail = await _ask(hands)
    sent = await _sent(hands, mail, sandbox)
    assert sent["Reply-To"].endswith(SUPPORT)
    assert find_tokens([sent["Reply-To"]], hands.desk.thread_key) == ()

    # The provider has put its own id in place of ours, and the customer's program keeps the first reference only.
    anchor = sent["References"].split()[0]
    headers = {"In-Reply-To": sent["Message-ID"], "References": anchor}
    answer = await hands.receive(OLIVIA, "Re", "Thanks! And your return policy?", headers=headers)
    assert is_anchor(anchor)
    assert answer.conversation_id == mail.conversation_id


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Cc"])
async def test_an_answer_joins_by_a_token_that_stands_in_another_header(hands, sandbox, header):
    mail = await _ask(hands)
    sent = await _sent(hands, mail, sandbox)
    answer = await hands.receive(OLIVIA, "Other words", "And now?", headers={header: sent["Reply-To"]})
    assert answer.conversation_id == mail.conversation_id


async def test_an_answer_that_is_faster_than_the_mail_that_it_answers_shares_its_conversation(hands):
    headers = {"In-Reply-To": "<second@customer.example>", "References": f"{FIRST} <second@customer.example>"}
    third = await hands.receive(OLIVIA, "Re: x", "And another thing", headers=headers)
    first = await hands.receive(OLIVIA, "x", "Hello", message_id=FIRST)
    second = await hands.receive(
        OLIVIA, "Re: x", "hm", message_id="<second@customer.example>", headers={"In-Reply-To": FIRST}
    )
    assert first.conversation_id == second.conversation_id == third.conversation_id


async def test_two_answers_to_one_mail_that_we_have_never_seen_share_a_conversation(hands):
    headers = {"In-Reply-To": "<confirmation@shopify.example>"}
    first = await hands.receive(OLIVIA, "Re: Order #1035 confirmed", "Where is it?", headers=headers)
    second = await hands.receive(OLIVIA, "Re: Order #1035 confirmed", "Hello?", headers=headers)
    stranger = await hands.receive(STRANGER, "Re: Order #1035 confirmed", "Hello?", headers=headers)
    assert first.conversation_id == second.conversation_id != stranger.conversation_id
    assert (await hands.conversation(stranger)).related_id is None


@pytest.mark.parametrize(
    "subject", [f"Re: {TEAPOT}", f"AW: [EXT] {TEAPOT.upper()}", f"RE : Fwd: {TEAPOT}", f"回复：{TEAPOT}"]
)
async def test_an_answer_without_references_joins_by_its_telling_subject(hands, subject):
    mail = await _ask(hands)
    assert (await hands.receive(OLIVIA, subject, "Any news?")).conversation_id == mail.conversation_id


@pytest.mark.parametrize(
    "text",
    [
        f"Any news?\n\nOn Mon, 2 Nov 2026 at 10:00, Shop <{SUPPORT}> wrote:\n> It is on its way.\n",
        f"Hello,\n\nFrom: Shop <{SUPPORT}>\nSent: Monday, 2 November 2026 10:00\nTo: Olivia\nSubject: {TEAPOT}\n\nIt is on its way.\n",
    ],
)
async def test_a_mail_that_quotes_us_joins_by_its_subject_without_a_mark(hands, text):
    mail = await _ask(hands)
    assert (await hands.receive(OLIVIA, TEAPOT, text)).conversation_id == mail.conversation_id


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Order #1035", "Re: Order #1035"),
        ("Question", "Re: Question"),
        ("", "Re:"),
        ("[Ticket 88] Order", "Re: [Ticket 88] Order"),
        (TEAPOT, TEAPOT),
        (TEAPOT, f"Fwd: {TEAPOT}"),
        (TEAPOT, "Re: My second teapot arrived broken"),
    ],
)
async def test_a_number_or_a_common_or_a_repeated_subject_joins_nothing(hands, first, second):
    one = await hands.receive(OLIVIA, first, QUESTION)
    other = await hands.receive(OLIVIA, second, "And this one?")
    assert one.conversation_id != other.conversation_id
    assert (await hands.conversation(other)).related_id is None


async def test_a_subject_never_joins_another_person_nor_another_mailbox(hands):
    mail = await _ask(hands)
    sales = await hands.open_mailbox("sales@saffron-and-clay.example")
    by_stranger = await hands.receive(STRANGER, f"Re: {TEAPOT}", "Any news?")
    to_sales = await hands.receive(OLIVIA, f"Re: {TEAPOT}", "Any news?", mailbox=sales)
    assert len({mail.conversation_id, by_stranger.conversation_id, to_sales.conversation_id}) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"last_message_at": now() - timedelta(days=15)},
        {"state": ConversationState.CLOSED, "closed_at": now() - timedelta(days=4)},
    ],
)
async def test_a_subject_opens_no_old_conversation(hands, changes):
    mail = await _ask(hands)
    await hands.change(Conversation, **changes)
    assert (await hands.receive(OLIVIA, f"Re: {TEAPOT}", "Any news?")).conversation_id != mail.conversation_id


async def test_a_reference_opens_an_old_conversation_again(hands):
    mail = await _ask(hands)
    await hands.change(Conversation, state=ConversationState.CLOSED, closed_at=now() - timedelta(days=90))
    answer = await hands.receive(OLIVIA, "Re", "Any news?", headers={"In-Reply-To": FIRST})
    assert answer.conversation_id == mail.conversation_id
    assert (await hands.conversation(mail)).state is ConversationState.OPEN


async def test_a_subject_decides_only_where_the_sender_is_as_well_proven_as_before(hands):
    mail = await _ask(hands)
    unproven = await hands.receive(OLIVIA, f"Re: {TEAPOT}", "Any news?", result="")
    assert unproven.authenticity is Authenticity.UNAUTHENTICATED
    assert unproven.conversation_id != mail.conversation_id


async def test_whoever_has_the_token_and_the_ids_of_a_thread_sees_and_stops_nothing_of_it(hands, sandbox):
    mail = await _ask(hands)
    sent = await _sent(hands, mail, sandbox)
    scheduled = await hands.answer(
        await hands.receive(OLIVIA, "Re", "And your return policy?", headers={"In-Reply-To": FIRST})
    )
    calls = sandbox.calls("openai")
    headers = {"In-Reply-To": sent["Message-ID"], "References": f"{sent['References']} {sent['Message-ID']}"}
    stranger = await hands.receive(
        STRANGER, f"Re: {TEAPOT}", "And your return policy?", to=sent["Reply-To"], headers=headers
    )
    theirs = await hands.conversation(stranger)
    assert theirs.related_id == mail.conversation_id
    assert theirs.contact_id != (await hands.conversation(mail)).contact_id
    assert (await hands.get(Reply, scheduled.id)).state is ReplyState.SCHEDULED

    await hands.deliver(await hands.answer(stranger))
    asked = sandbox.requests("openai")[calls].json()["input"][0]["content"]
    told = sandbox.outbox.messages[-1]
    assert "Earlier" not in asked
    for text in (asked, told.text, str(told.headers), str(told.to)):
        assert "1035" not in text.replace(TEAPOT, "")
        assert "olivia" not in text.lower()
    assert find_tokens([told.headers["Reply-To"]], hands.desk.thread_key) == (theirs.id,)
    anchors = [one for one in told.headers["References"].split() if is_anchor(one)]
    assert len(anchors) == 1


async def test_a_second_mail_of_the_other_person_joins_their_own_conversation(hands):
    await _ask(hands)
    headers = {"In-Reply-To": FIRST}
    first = await hands.receive(STRANGER, "Re: x", "Where is it now?", headers=headers)
    second = await hands.receive(STRANGER, "Re: y", "Hello?", headers=headers)
    assert first.conversation_id == second.conversation_id
    assert len(await hands.conversations()) == 2


async def test_a_mail_with_a_forged_sender_joins_nothing_and_stops_nothing(hands):
    mail = await _ask(hands)
    reply = await hands.answer(mail)
    forged = await hands.receive(
        OLIVIA, f"Re: {TEAPOT}", "Send it to another address!", headers={"In-Reply-To": FIRST}, result="fail"
    )
    assert forged.authenticity is Authenticity.FAILED
    theirs = await hands.conversation(forged)
    assert (theirs.related_id, theirs.id != mail.conversation_id) == (mail.conversation_id, True)
    assert (await hands.get(Reply, reply.id)).state is ReplyState.SCHEDULED
    held = await hands.answer(forged)
    assert held is None or held.state is ReplyState.HELD

    # What they began is not what the real customer goes on with.
    real = await hands.receive(OLIVIA, "Re", "Thank you", headers={"In-Reply-To": FIRST})
    assert real.conversation_id == mail.conversation_id


async def test_the_same_mail_by_another_way_or_from_another_folder_is_no_second_one(hands):
    mail = await _ask(hands)
    raw = (await hands.get(RawMail, mail.id)).content
    for source in ("raw", "sendgrid", "ingest", "imap"):
        assert await hands.keep(raw, source=source) is None


async def test_a_mail_that_was_written_to_two_mailboxes_is_answered_once(hands):
    sales = await hands.open_mailbox("sales@saffron-and-clay.example")
    both = {"to": f"{SUPPORT}, {sales.address}", "message_id": FIRST}
    ids = [
        await hands.accept(OLIVIA, TEAPOT, QUESTION, mailbox=one, **both) for one in (hands.mailbox, sales)
    ]
    await asyncio.gather(*(receive_message(hands.desk, one) for one in ids))
    mails = [await hands.get(InboundMail, one) for one in ids]
    assert sorted(mail.outcome for mail in mails) == [Outcome.IGNORED, Outcome.WAITING]
    other = await hands.receive(OLIVIA, TEAPOT, "Another text", mailbox=sales, **both)
    assert other.outcome is Outcome.WAITING


async def test_an_answer_to_two_mailboxes_stays_in_its_thread_whichever_is_read_first(hands, sandbox):
    sales = await hands.open_mailbox("sales@saffron-and-clay.example")
    mail = await _ask(hands)
    sent = await _sent(hands, mail, sandbox)
    both = {"to": f"{sent['Reply-To']}, {sales.address}", "message_id": "<both@customer.example>"}
    outcomes = []
    for one in (sales, hands.mailbox):
        answer = await hands.receive(OLIVIA, "Re", "Thanks. And the lid?", mailbox=one, **both)
        outcomes.append((answer.outcome, answer.conversation_id))
    assert outcomes == [(Outcome.WAITING, mail.conversation_id), (Outcome.IGNORED, None)]


async def test_a_second_address_joins_only_where_the_contact_is_known_by_it(hands):
    mail = await _ask(hands)
    text = "This is Olivia again, from my other address."
    headers = {"In-Reply-To": FIRST, "Reply-To": OLIVIA}
    unknown = await hands.receive("Olivia Martinez <o@work.example>", "Re: x", text, headers=headers)
    assert unknown.conversation_id != mail.conversation_id
    async with hands.desk.db.transaction() as session:
        conversation = await hands.conversation(mail)
        values = {"store_id": conversation.store_id, "contact_id": conversation.contact_id}
        session.add(ContactAddress(address="olivia@work.example", **values))
    known = await hands.receive("Olivia <olivia@work.example>", "Re: x", text, headers={"In-Reply-To": FIRST})
    assert known.conversation_id == mail.conversation_id
    reply = await hands.answer(known)
    assert reply is not None
    assert reply.to_address == "olivia@work.example"


async def test_a_forged_mail_names_nobody(hands):
    await hands.receive("olivia.martinez@example.net", TEAPOT, QUESTION)
    await hands.receive(OLIVIA.replace("Olivia", "Evil"), TEAPOT, QUESTION, result="fail")
    contact = await hands.get(Contact, (await hands.conversations())[0].contact_id)
    assert contact.name == ""


async def test_two_mails_of_a_new_thread_that_are_read_at_once_make_one_conversation(hands):
    for number in range(6):
        sender = f"Ann <ann{number // 2}@example.net>"  # a new contact, then a known one
        first = await hands.accept(sender, "Two cups", "One is missing", message_id=f"<a{number}@x.example>")
        headers = {"In-Reply-To": f"<a{number}@x.example>"}
        second = await hands.accept(sender, "Re: Two cups", "Found it", headers=headers)
        await asyncio.gather(*(receive_message(hands.desk, one) for one in (second, first)))
        mails = [await hands.get(InboundMail, one) for one in (first, second)]
        assert mails[0].conversation_id == mails[1].conversation_id is not None
        assert all(mail.outcome is Outcome.WAITING for mail in mails)

"""What stands beside a conversation: others of its thread, staff's own answers, and copies that were not believed."""

from uuid import uuid4

from app.models import Conversation, InboundMail, Message, Reply
from app.vocabulary import Direction, MailKind, Outcome, ReplyState
from tests.inbox.seeds import Shop, Talk, add_talk
from tests.web.conftest import Desk, Visitor, field_of

WHY = "Sara Lind answered from their own mail program."
UNPROVEN = "It says that it is an answer of your staff, and nothing proves who sent it."


def page_of(talk: Talk) -> str:
    return f"/conversations/{talk.conversation.id}"


async def add_copy(desk: Desk, shop: Shop, talk: Talk, *, is_believed: bool) -> InboundMail:
    """A mail of staff to the customer: with a message of the conversation where it was believed."""
    inbound = InboundMail(
        store_id=shop.store.id,
        mailbox_id=shop.mailbox.id,
        dedup_key=uuid4().hex,
        source="imap",
        size=100,
        from_name="Sara Lind",
        from_address="sara@lind.example",
        kind=MailKind.OWN,
        outcome=Outcome.IGNORED,
        outcome_reason="" if is_believed else UNPROVEN,
        conversation_id=talk.conversation.id,
    )
    message = Message(
        store_id=shop.store.id,
        conversation_id=talk.conversation.id,
        direction=Direction.OUTBOUND,
        inbound_id=inbound.id,
        from_name="Sara Lind",
        from_address="sara@lind.example",
        to_addresses=["lena@example.com"],
        subject="Re: Where is my order?",
        text="We send a new one today.",
        new_text="We send a new one today.",
    )
    async with desk.db.transaction() as session:
        session.add(inbound)
        await session.flush()
        if is_believed:
            session.add(message)
            conversation = await session.get_one(Conversation, talk.conversation.id)
            conversation.outcome, conversation.reason, conversation.person_answering = (
                Outcome.ANSWERED,
                "",
                True,
            )
            draft = await session.get_one(Reply, talk.draft.id)
            draft.state, draft.error = ReplyState.DISCARDED, f"Not sent: {WHY}"
    return inbound


async def test_conversations_of_one_thread_lead_to_each_other(agent: Visitor, desk: Desk, shop: Shop):
    first = await add_talk(desk.db, shop, name="Private Person", subject="Secret subject")
    second = await add_talk(
        desk.db, shop, name="Curious", address="c@example.com", related_id=first.conversation.id
    )
    origin, branch = (await agent.get(page_of(first))).text, (await agent.get(page_of(second))).text
    assert page_of(second) in origin
    assert "Another person has written in this thread" in origin
    assert "Curious" not in origin
    assert page_of(first) in branch
    assert "began as an answer to a conversation with another person" in branch
    assert "Secret subject" not in branch


async def test_a_forged_mail_in_a_thread_is_told_on_both_pages(agent: Visitor, desk: Desk, shop: Shop):
    first = await add_talk(desk.db, shop)
    second = await add_talk(desk.db, shop, related_id=first.conversation.id)
    async with desk.db.transaction() as session:
        forged = await session.get_one(Conversation, second.conversation.id)
        forged.contact_id = first.contact.id
    assert "was kept apart" in (await agent.get(page_of(first))).text
    assert "address failed the checks" in (await agent.get(page_of(second))).text


async def test_an_answer_from_elsewhere_is_shown_with_the_draft_that_it_replaced(
    agent: Visitor, desk: Desk, shop: Shop
):
    talk = await add_talk(desk.db, shop)
    await add_copy(desk, shop, talk, is_believed=True)
    text = (await agent.get(page_of(talk))).text
    assert "from their own mail program</span>" in text
    assert "We send a new one today." in text
    assert f"Not sent: {WHY}" in text
    assert "Give back to Pasokh" in text
    assert "not part of this conversation" not in text


async def test_a_copy_that_was_not_believed_is_shown_where_it_says_it_belongs_and_not_among_the_ignored(
    agent: Visitor, desk: Desk, shop: Shop
):
    talk = await add_talk(desk.db, shop)
    copy = await add_copy(desk, shop, talk, is_believed=False)
    text = (await agent.get(page_of(talk))).text
    assert UNPROVEN in text
    assert f"/mails/{copy.id}/raw" in text
    assert "Draft to review" in text
    assert str(copy.id) not in (await agent.get("/ignored")).text


async def test_whoever_writes_without_having_seen_a_colleagues_answer_is_told(
    agent: Visitor, desk: Desk, shop: Shop
):
    talk = await add_talk(desk.db, shop)
    seen = field_of((await agent.get(page_of(talk))).text, "seen")
    await add_copy(desk, shop, talk, is_believed=True)
    answer = await agent.post(f"{page_of(talk)}/write", seen=seen, markdown="My own answer")
    assert answer.status_code == 409
    assert "My own answer" in answer.text


async def test_a_conversation_alone_has_no_links(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_talk(desk.db, shop)
    assert "Open that one" not in (await agent.get(page_of(talk))).text

"""From one draft to the next, as somebody goes who releases three hundred a day."""

from app.models import Reply
from app.vocabulary import ReplyState
from tests.inbox.seeds import Shop, add_talk
from tests.web.conftest import Desk, Visitor, field_of


async def test_one_press_a_draft_releases_it_and_shows_the_next(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_talk(desk.db, shop)
    other = await add_talk(desk.db, shop, name="Next In Line")
    page = f"/conversations/{talk.conversation.id}"
    following = f"/conversations/{other.conversation.id}"
    text = (await agent.get(page)).text
    after = await agent.post(
        f"/replies/{talk.draft.id}/approve", page, seen=field_of(text, "seen"), then=field_of(text, "then")
    )
    assert after.url.path == following
    assert f'href="{page}"' in after.text
    assert "Take it back" in after.text
    async with desk.db.transaction() as session:
        assert (await session.get_one(Reply, talk.draft.id)).state is ReplyState.SCHEDULED
    back = await agent.post(f"/replies/{talk.draft.id}/undo", page)
    assert back.url.path == page
    assert "Take it back" not in (await agent.get(f"{following}?released={talk.draft.id}")).text


async def test_own_words_show_the_next_too(agent: Visitor, desk: Desk, shop: Shop):
    talk = await add_talk(desk.db, shop)
    other = await add_talk(desk.db, shop, name="Next In Line")
    page = f"/conversations/{talk.conversation.id}"
    text = (await agent.get(page)).text
    fields = {"seen": field_of(text, "seen"), "then": field_of(text, "then")}
    after = await agent.post(f"{page}/write", page, markdown="Dear Lena, we are on it.", **fields)
    assert after.url.path == f"/conversations/{other.conversation.id}"
    assert "Take it back" in after.text

"""A second mail of a thread that leaves out what the first one said."""

from app.models import Answer
from app.vocabulary import Outcome

EMILY = "Emily Clarke <emily.clarke@example.com>"


async def follow_up(service, text: str):
    last = service.sent()[-1]
    headers = {"In-Reply-To": last.message_id, "References": last.message_id}
    return await service.ask(EMILY, f"Re: {last.subject}", text, headers=headers, to=last.reply_to[0])


async def test_any_news_is_about_the_order_of_the_mail_before(service):
    await service.ask(EMILY, "My tea set", "Where is my order #1045?")
    mail = await follow_up(service, "Any news? It still has not arrived.")
    assert mail.outcome is not Outcome.FAILED
    first, second = await service.rows(Answer)
    assert [one["order_number"] for one in second.triage["requests"]] == ["1045"]
    assert first.conversation_id == second.conversation_id
    assert second.problems == []


async def test_the_other_one_is_not_taken_for_the_one_before(service):
    await service.ask(EMILY, "My tea set", "Where is my order #1045?")
    await follow_up(service, "Thank you. And where is my other order?")
    second = (await service.rows(Answer))[-1]
    assert [one["order_number"] for one in second.triage["requests"]] == [None]

"""The draft that a person finds: the templates' part, and what the model writes where no template fits.

The model is asked once an answer. What came in is committed before anything is decided, so that a job that runs again does not
pay twice; that nothing came in, too. No failure here holds a hand-over back: then there is no draft, and a reason.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col

from app.access import StoreAccess
from app.classifier.composing import (
    MOST_PASSAGES,
    PROMPT_HASH,
    VERSION,
    Brief,
    Composition,
    Fact,
    NotComposed,
    Source,
    compose,
    ends_of,
    price_at_most,
)
from app.classifier.model import Usage
from app.errors import NeedsPerson, TryLater
from app.intents.keeping import keep
from app.intents.resolution import Resolution
from app.intents.situation import Situation
from app.knowledge.policies import is_due
from app.knowledge.searching import Found, search
from app.mail.credentials import blank_secrets
from app.models import Answer, Conversation, Message
from app.models.columns import now
from app.pipeline.background import states_of
from app.pipeline.desk import Desk
from app.pipeline.doubts import find_attack_in
from app.pipeline.drafting import Drafted, draft_reply, find_voice, with_written
from app.pipeline.open_mails import Work
from app.pipeline.policies import read_policies
from app.pipeline.spending import require_budget
from app.pipeline.standing import has_newer, is_overtaken
from app.replies.autonomy import Request
from app.replies.composed import Ground, vet
from app.replies.drafting import StoreVoice
from app.replies.fact_lines import fact_lines
from app.replies.letters import Written, today_in
from app.replies.locales import Locale, choose_locale
from app.replies.preparation import Preparation, prepare, unanswered
from app.replies.reasons import Reason
from app.replies.trust import may_tell_facts
from app.vocabulary import Direction, Mode

_THREAD = 6
"""Mails of the conversation before the open ones that the model sees."""
_LONGEST_MAIL = 1_000


@dataclass(frozen=True)
class _Task:
    """What is to be written: for whom, from what, and beside which text of the templates."""

    work: Work
    requests: tuple[Request, ...]
    background: tuple[Situation, ...]
    drafted: Drafted
    voice: StoreVoice
    locale: Locale
    today: date
    summary: str
    evidence: tuple[str, ...]

    @property
    def told(self) -> tuple[Situation, ...]:
        """All facts that the model is given: the templates', and those of what no template answers."""
        return (*self.drafted.told, *self.background)


async def prepare_draft(
    desk: Desk, work: Work, requests: tuple[Request, ...], resolutions: Sequence[Resolution]
) -> Drafted:
    """The draft for what the requests came to, from templates as far as they go."""
    assert work.answer is not None
    language = str(work.triage.get("language") or "")
    voice = await find_voice(desk, work, language)
    drafted = draft_reply(work, requests, language, voice)
    kind, reason = prepare(
        requests,
        work.question_text,
        has_templates=drafted.draft is not None,
        is_attack=lambda: find_attack_in(work) is not None,
    )
    if kind is Preparation.TEMPLATES:
        return drafted
    if kind is Preparation.START:
        return Drafted(obstacle=drafted.obstacle, notes=(reason,) if reason else ())
    task = _Task(
        work=work,
        requests=requests,
        background=_background(work, requests, resolutions),
        drafted=drafted,
        voice=voice,
        locale=choose_locale(language, work.store.default_locale),
        today=today_in(work.store.timezone, now()),
        summary=str(work.triage.get("summary") or ""),
        evidence=tuple(str(one.get("evidence") or "") for one in work.triage.get("requests", [])),
    )
    kept = work.answer.composed or await _ask(desk, task)
    return _finish(task, kept)


def _background(
    work: Work, requests: Sequence[Request], resolutions: Sequence[Resolution]
) -> tuple[Situation, ...]:
    """What was looked up for requests that no template answers, as far as this recipient may be told it."""
    found: list[Situation] = []
    for request, resolution in zip(requests, resolutions, strict=True):
        situation = resolution.situation
        if request.mode is Mode.OFF or situation.name is not None:
            continue
        if situation.facts is not None and may_tell_facts(situation.facts, resolution.ownership):
            found.append(situation)
        else:
            found += states_of(work, resolution)
    return tuple(found)


async def _ask(desk: Desk, task: _Task) -> dict[str, Any]:
    """What the model wrote, or why it wrote nothing, as it is kept; nothing where a newer mail makes it useless."""
    work = task.work
    if is_due(work.store, now()):
        await read_policies(desk, work.store.id)
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        is_asked_for = work.answer is not None and work.answer.corrected_by is not None
        if not is_asked_for and await has_newer(access, work):
            return {}
        questions = (*task.evidence, task.summary, work.question_text)
        passages = await search(access, questions, language=task.locale.code, most=MOST_PASSAGES)
        thread = await _thread(access, work)
    facts = fact_lines(task.told, task.locale, task.today)
    brief = _brief(task, facts, passages, thread)
    usage: Usage | None = None
    try:
        await require_budget(desk, work.store, price_at_most(desk.model, brief))
        composition, problems, usage = await compose(desk.model, brief)
    except (TryLater, NeedsPerson) as error:
        kept: dict[str, Any] = {"obstacle": {"code": error.code, "sentence": error.message}}
        usage = error.usage if isinstance(error, NotComposed) else None
    else:
        kept = {
            **composition.model_dump(mode="json"),
            "problems": [*problems],
            "facts_given": [asdict(fact) for fact in facts],
            "passages_given": [_given(passage) for passage in passages],
        }
    kept |= {
        "grounds": [keep(situation) for situation in task.background],
        "prompt_version": VERSION,
        "prompt_hash": PROMPT_HASH,
    }
    return kept if await _keep(desk, work, kept, usage) else {}


def _brief(task: _Task, facts: tuple[Fact, ...], passages: Sequence[Found], thread: tuple[str, ...]) -> Brief:
    work = task.work
    understood = [f"Understood of the email: {task.summary}"] if task.summary else []
    return Brief(
        store=work.store.name,
        tone=work.store.tone,
        language=task.locale.code,
        facts=facts,
        passages=tuple(Source(_title(one), one.text) for one in passages),
        answered=task.drafted.draft.markdown if task.drafted.draft else "",
        intents=tuple(dict.fromkeys(r.situation.intent.value for r in unanswered(task.requests))),
        notes=(*thread, *understood),
        subject=blank_secrets(work.newest.subject),
        text=blank_secrets(work.question_text),
    )


async def _thread(access: StoreAccess, work: Work) -> tuple[str, ...]:
    """The newest mails before the open ones, between the shop and the very address that the reply goes to."""
    query = (
        access.select(Message)
        .where(
            col(Message.conversation_id) == work.conversation.id,
            col(Message.id).not_in([message.id for message in work.messages]),
        )
        .order_by(col(Message.created_at).desc())
        .limit(_THREAD)
    )
    newest_first = (await access.session.execute(query)).scalars().all()
    address = work.newest.from_address
    told: list[str] = []
    for message in reversed(newest_first):
        is_inbound = message.direction is Direction.INBOUND
        if address in ([message.from_address] if is_inbound else message.to_addresses):
            text = blank_secrets((message.new_text or message.text)[:_LONGEST_MAIL])
            told.append(f"{'Shopper' if is_inbound else 'Shop'} wrote before: {' '.join(text.split())}")
    return tuple(told)


async def _keep(desk: Desk, work: Work, kept: dict[str, Any], usage: Usage | None) -> bool:
    """Commit what the model wrote and cost; False where another run was faster, and the cost alone is kept."""
    assert work.answer is not None
    async with desk.db.transaction() as session:
        access = StoreAccess(session, work.store.id)
        await access.get(Conversation, work.conversation.id, lock=True)
        is_late = await is_overtaken(access, work)
        answer = await access.get(Answer, work.answer.id)
        if not is_late:
            answer.composed = kept
        if usage is not None:
            answer.model = usage.model
            answer.model_calls += usage.calls
            answer.input_tokens += usage.input_tokens
            answer.cached_tokens += usage.cached_tokens
            answer.output_tokens += usage.output_tokens
            answer.cost_usd += usage.cost_usd
            answer.model_ms += usage.milliseconds
    return not is_late


def _finish(task: _Task, kept: dict[str, Any]) -> Drafted:
    """The draft with what the model wrote in it, as far as that may stand."""
    if not kept or "obstacle" in kept:
        return _without(task, [kept["obstacle"]["sentence"]] if kept else [])
    composition = Composition.model_validate({name: kept[name] for name in Composition.model_fields})
    facts = {f"F{number}": one for number, one in enumerate(kept["facts_given"], 1)}
    passages = {f"P{number}": one for number, one in enumerate(kept["passages_given"], 1)}
    work = task.work
    ground = Ground(
        told=task.told,
        facts={key: str(one["value"]) for key, one in facts.items()},
        passages={key: str(one["text"]) for key, one in passages.items()},
        mail=ends_of(f"{work.newest.subject}\n{work.question_text}"),
        locale=task.locale,
        today=task.today,
        voice=(work.store.name, work.store.signature),
    )
    vetted = vet(composition.paragraphs, ground)
    if not vetted.paragraphs:
        return _without(task, [*kept["problems"], *vetted.problems])
    sources = tuple(
        {
            "text": paragraph.text,
            "facts": [{"id": key, **facts[key]} for key in paragraph.facts],
            "passages": [{"id": key, **passages[key]} for key in paragraph.passages],
        }
        for paragraph, _ in vetted.paragraphs
    )
    cited = {key: ground.passages[key] for one, _ in vetted.paragraphs for key in one.passages}
    written = Written([markdown for _, markdown in vetted.paragraphs], task.told, [*cited.values()])
    drafted = with_written(work, task.drafted, task.locale.code, task.voice, written)
    problems = dict.fromkeys([*kept["problems"], *vetted.problems])
    notes = tuple(Reason("left_out", sentence) for sentence in problems)
    return replace(drafted, sources=sources, notes=notes)


def _without(task: _Task, sentences: Sequence[str]) -> Drafted:
    """What the templates made, and why there is no more."""
    missing = "has only the template's text" if task.drafted.draft else "is no more than a start"
    notes = [Reason("no_draft", f"The draft {missing}: {sentence}") for sentence in dict.fromkeys(sentences)]
    return replace(task.drafted, known=task.background, notes=tuple(notes))


def _given(passage: Found) -> dict[str, str]:
    """As it is kept with the answer: what stands there may change."""
    return {
        "title": _title(passage),
        "text": passage.text,
        "url": passage.url,
        "article": _plain(passage.article_id),
    }


def _title(passage: Found) -> str:
    return f"{passage.title}: {passage.heading}" if passage.heading else passage.title


def _plain(article_id: UUID | None) -> str:
    return str(article_id) if article_id else ""

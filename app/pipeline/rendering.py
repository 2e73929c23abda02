"""A reply's text as it leaves: of the same words for the mail itself and for our record of it."""

from app.access import StoreAccess
from app.inbox.wordings import load_wordings
from app.mail.outbound.markdown import render_markdown
from app.models import Reply, Store
from app.replies.drafting import with_note
from app.replies.locales import choose_locale
from app.replies.telling import TOLD_NOTE
from app.replies.wording.facts import NOTE


async def render_reply(access: StoreAccess, reply: Reply) -> tuple[str, str]:
    """Text and HTML of a reply; one that leaves by itself says so."""
    locale = choose_locale(reply.locale, reply.locale)
    markdown = reply.markdown
    if reply.automatic:
        store = await access.session.get_one(Store, access.store_id)
        name = TOLD_NOTE if reply.tells_of_person else NOTE
        wordings = await load_wordings(access, store, locale, (name,), at=reply.created_at)
        markdown = with_note(
            markdown, locale=locale.code, store_name=store.name, wordings=wordings, name=name
        )
    return render_markdown(markdown, rtl=locale.rtl, lang=locale.code)

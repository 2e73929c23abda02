"""What a store spends on the model in a day, held below its limit before each call."""

from app.access import StoreAccess
from app.errors import NeedsPerson
from app.inbox.automation import midnight_of, model_usd_today
from app.inbox.notices import raise_notice
from app.models import Store
from app.pipeline.desk import Desk


async def require_budget(desk: Desk, store: Store, price: float) -> None:
    """Nothing, as long as a call that costs at most `price` USD stays within today's limit.

    Calls that run at the same moment do not see one another's cost: so the limit can be passed by what they cost, which is
    as many prices as answers are in flight.

    Raises:
        NeedsPerson: The limit is reached. The owners are told, once a day.
    """
    async with desk.db.transaction() as session:
        access = StoreAccess(session, store.id)
        if await model_usd_today(access, store) + price <= store.model_usd_per_day:
            return
        limit = f"{store.model_usd_per_day:.2f} USD"
        await raise_notice(
            access,
            f"model_limit:{midnight_of(store).date()}",
            title="Mails wait for a person: the limit for the model is reached",
            text=(
                f"Understanding mails has cost today's limit of {limit}. Until midnight ({store.timezone}) new mails are not "
                "read by the model: each waits in the inbox for a person. To have them read again, raise the limit on the "
                "store's page; an unusual number of mails may also be an attack, so look at the inbox first."
            ),
        )
    raise NeedsPerson(
        f"Today's limit for the model ({limit}) is reached, so nothing has read this mail.",
        code="model_limit",
    )

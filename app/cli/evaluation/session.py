"""One `pasokh eval`: who is asked, in which shop facts are looked up, and the run itself."""

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.classifier.model import Model, OpenAIModel
from app.cli import lookup, runtime
from app.cli.evaluation.lines import SANDBOX, Lines
from app.cli.evaluation.number_format import ANY, NumberFormat
from app.cli.evaluation.prompts import Reprompted, read_prompt
from app.cli.evaluation.running import Progress, Runner
from app.cli.evaluation.scoring import report
from app.cli.evaluation.shopfront import Shopfront
from app.cli.evaluation.show import Show
from app.replies.drafting import StoreVoice
from app.settings import Settings
from app.shopify.client import ShopifyClient

if TYPE_CHECKING:
    from app.sandbox.server import SandboxServer

_SANDBOX_SHOP = "pasokh-demo.myshopify.com"
_SANDBOX_VOICE = StoreVoice("Saffron & Clay", "", "en", "Europe/Amsterdam")
# Real services answer side by side. The sandbox shares this machine's processors with us: more would only queue.
_IN_FLIGHT, _IN_FLIGHT_SANDBOX = 12, 2


@dataclass(frozen=True)
class Choices:
    """The command's options; empty where not given."""

    model: str
    compare: str
    store: str
    order_format: str
    repeat: int


@dataclass(frozen=True)
class _Store:
    """What of a store of the database a run needs."""

    voice: StoreVoice
    domain: str
    token: str


@dataclass(frozen=True)
class Session:
    """Everything that was decided before the first call."""

    choices: Choices
    read: Lines
    settings: Settings
    store: _Store | None
    sandbox: "SandboxServer | None"
    is_sandbox_model: bool
    show: Show
    prompt: str | None
    """The other prompt, where --compare names a file."""

    async def run(self) -> bool:
        """Run all lines, and tell what came of it; whether nothing was wrong with the run itself.

        Raises:
            Misconfigured: the model or the shop cannot be asked at all.
        """
        for problem in self.read.problems:
            self.show.problem(problem)
        async with self._shops() as shops, self._model(self.choices.model) as model:
            form = await self._number_format(shops)
            first = await self._play(model, shops, self._name)
            compared = None
            if self.choices.compare and not first.stopped:
                async with self._compared(model) as other:
                    compared = await self._play(other, shops, self.choices.compare)
        reports = [
            {**report(one.outcomes, form, repeat=self.choices.repeat), "stopped": one.stopped}
            for one in (first, compared)
            if one is not None
        ]
        self.show.result(self._name, self.choices.compare, reports, self.read)
        is_whole = not any(one["stopped"] or one["disclosed"] for one in reports)
        return is_whole and not self.read.problems

    @property
    def _name(self) -> str:
        return self.choices.model or self.settings.openai_model

    async def _play(self, model: Model, shops: Mapping[str, Shopfront], name: str) -> Progress:
        total = len(self.read.lines) * self.choices.repeat
        with self.show.progress(name, total) as tell:
            runner = Runner(
                model,
                shops,
                self.store.voice.name if self.store else _SANDBOX_VOICE.name,
                _IN_FLIGHT_SANDBOX if self.is_sandbox_model else _IN_FLIGHT,
                tell,
            )
            return await runner.run(self.read.lines, repeat=self.choices.repeat)

    @contextlib.asynccontextmanager
    async def _model(self, name: str) -> AsyncIterator[OpenAIModel]:
        settings = self.settings
        model = OpenAIModel(
            # Servers on one's own machine want none; the SDK wants one.
            settings.openai_api_key.get_secret_value() or "none",
            base_url=settings.openai_base_url,
            model=name or settings.openai_model,
            timeout=settings.call_timeout_seconds,
            input_usd=settings.openai_input_usd,
            output_usd=settings.openai_output_usd,
        )
        try:
            yield model
        finally:
            await model.close()

    @contextlib.asynccontextmanager
    async def _compared(self, model: Model) -> AsyncIterator[Model]:
        """The same model under another prompt where --compare names a file, else another model."""
        if self.prompt is not None:
            yield Reprompted(model, self.prompt)
            return
        async with self._model(self.choices.compare) as other:
            yield other

    @contextlib.asynccontextmanager
    async def _shops(self) -> AsyncIterator[dict[str, Shopfront]]:
        shops: dict[str, Shopfront] = {}
        async with contextlib.AsyncExitStack() as stack:
            if self.sandbox is not None:
                url, token = self.sandbox.shopify_url, self.sandbox.config.shopify_token
                client = await stack.enter_async_context(ShopifyClient(url, token))
                shops[SANDBOX] = shops[""] = Shopfront(client, _SANDBOX_VOICE)
            if self.store is not None:
                domain = self.settings.shopify_base_url or self.store.domain
                client = await stack.enter_async_context(ShopifyClient(domain, self.store.token))
                shops[""] = Shopfront(client, self.store.voice)
            yield shops

    async def _number_format(self, shops: Mapping[str, Shopfront]) -> NumberFormat:
        if self.store is not None and not self.choices.order_format:
            shop = await shops[""].client.get_shop()
            return NumberFormat(shop.order_number_format_prefix, shop.order_number_format_suffix)
        return NumberFormat.parse(self.choices.order_format or ANY)


@contextlib.contextmanager
def open_session(choices: Choices, read: Lines, *, as_json: bool) -> Iterator[Session]:
    """Settings, the store, and the sandbox where it plays the model or the shop.

    Raises:
        Misconfigured: a setting is missing or wrong, or the sandbox is not installed.
        BadRequest: there is no such store, or the order format is none.
    """
    # Before anything is started:
    NumberFormat.parse(choices.order_format or ANY)
    prompt = read_prompt(Path(choices.compare)) if Path(choices.compare).is_file() else None
    settings, show = runtime.load_own(), Show(as_json=as_json)
    is_sandbox_model = not _is_configured(settings)
    if choices.store:
        settings = runtime.load() if is_sandbox_model else settings
    store = _load_store(choices.store) if choices.store else None
    is_looked_up = any(line.sender and (store is None or line.shop == SANDBOX) for line in read.lines)
    with contextlib.ExitStack() as stack:
        sandbox = stack.enter_context(_sandbox()) if is_sandbox_model or is_looked_up else None
        if is_sandbox_model and sandbox is not None:
            show.note("No OPENAI_API_KEY: measuring the sandbox's own model, over HTTP on this machine.")
            settings = _with_sandbox(settings, sandbox)
        yield Session(choices, read, settings, store, sandbox, is_sandbox_model, show, prompt)


def _is_configured(settings: Settings) -> bool:
    default = type(settings).model_fields["openai_base_url"].default
    return bool(settings.openai_api_key.get_secret_value()) or settings.openai_base_url != default


def _load_store(slug: str) -> _Store:
    async def load(admin: runtime.Admin) -> _Store:
        store = await lookup.get_store(admin.session, slug)
        voice = StoreVoice(store.name, store.signature, store.default_locale, store.timezone)
        return _Store(voice, store.shop_domain, admin.sealer.open(store.shop_token_sealed))

    return runtime.in_transaction(load)


@contextlib.contextmanager
def _sandbox() -> Iterator["SandboxServer"]:
    try:
        from app.sandbox.server import SandboxServer
    except ImportError as error:
        runtime.require(
            found=False,
            sentence=f"Set OPENAI_API_KEY, or install the sandbox ({error.name} is missing): "
            "`uv sync --extra sandbox`.",
        )
        raise
    with SandboxServer() as server:
        yield server


def _with_sandbox(settings: Settings, sandbox: "SandboxServer") -> Settings:
    changes = {
        "openai_api_key": type(settings.openai_api_key)(sandbox.config.openai_key),
        "openai_base_url": sandbox.openai_url,
        "openai_model": SANDBOX,
        "openai_input_usd": 0.0,
        "openai_output_usd": 0.0,
        # Its model is trained on the first call.
        "call_timeout_seconds": max(120.0, settings.call_timeout_seconds),
    }
    return settings.model_copy(update=changes)

import pytest

from app.errors import Misconfigured
from app.sealing import Sealer, digest, new_token
from app.settings import Settings, load_settings

KEY = "0123456789abcdef0123456789abcdef"


def settings(**values) -> Settings:
    return Settings(_env_file=None, **values)


@pytest.mark.parametrize("key", ["", "short", "changeme-changeme-changeme-changeme", "x" * 40])
def test_a_missing_short_or_placeholder_secret_is_refused_by_name(key):
    with pytest.raises(Misconfigured, match="PASOKH_SECRET_KEY"):
        settings(secret_key=key).require_secret_key()


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({}, "OPENAI_API_KEY"),
        ({"openai_api_key": "your-key-here", "sendgrid_api_key": "SG.abc"}, "OPENAI_API_KEY"),
        ({"openai_api_key": "sk-abc", "sendgrid_api_key": "your-key"}, "SENDGRID_API_KEY"),
    ],
)
def test_a_missing_or_placeholder_key_is_refused_by_name(values, name):
    with pytest.raises(Misconfigured, match=name):
        settings(**values).require_keys()


def test_a_value_of_the_wrong_type_names_its_setting(monkeypatch):
    monkeypatch.setenv("PASOKH_UNDO_SECONDS", "soon")
    with pytest.raises(Misconfigured, match="PASOKH_UNDO_SECONDS"):
        load_settings(env_file=None)


def test_secrets_do_not_show_when_settings_are_printed():
    assert KEY not in repr(settings(secret_key=KEY))


def test_what_was_sealed_opens_with_the_same_key_alone():
    sealed = Sealer(KEY.encode()).seal("shpat_token")
    assert b"shpat_token" not in sealed
    assert Sealer(KEY.encode()).open(sealed) == "shpat_token"
    with pytest.raises(Misconfigured, match="PASOKH_SECRET_KEY"):
        Sealer(b"another key of thirty-two bytes.").open(sealed)


def test_keys_of_different_purposes_differ():
    sealer = Sealer(KEY.encode())
    assert sealer.derive("a") != sealer.derive("b")


def test_tokens_are_long_and_known_by_their_digest():
    first, second = new_token("pk_"), new_token("pk_")
    assert first != second
    assert first.startswith("pk_")
    assert len(first) > 40
    assert digest(first) != digest(second)


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("system", ()),
        ("off", None),
        ("", None),
        ("192.0.2.1", (("192.0.2.1", 53),)),
        ("192.0.2.1:5353, 2001:db8::1", (("192.0.2.1", 5353), ("2001:db8::1", 53))),
        ("[2001:db8::1]:5353", (("2001:db8::1", 5353),)),
    ],
)
def test_name_servers_are_read(text, servers):
    assert settings(dns_servers=text).name_servers == servers


@pytest.mark.parametrize("text", ["dns.example", "192.0.2.1:x", "192.0.2.300"])
def test_a_name_server_that_is_no_address_names_its_setting(monkeypatch, text):
    monkeypatch.setenv("PASOKH_DNS_SERVERS", text)
    with pytest.raises(Misconfigured, match="PASOKH_DNS_SERVERS"):
        load_settings(None)

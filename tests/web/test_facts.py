"""Looked-up facts as staff read them: no enum, no code of a language, no ISO date."""

from zoneinfo import ZoneInfo

import pytest

from app.web.pages.facts import format_fact, label_of, language_name, one_line

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("newsletter", "NOT_SUBSCRIBED", "Not subscribed"),
        ("account", "DISABLED", "Disabled"),
        ("language", "fa", "Persian"),
        ("locale", "pt-BR", "Portuguese (Brazil)"),
        ("language", "no such language", "no such language"),
        ("language", "", ""),
        ("shipped_on", "2026-11-21", "Sat 21 Nov 2026"),
        ("shipped_on", "2026-13-41", "2026-13-41"),
        ("ordered_at", "2026-11-21T22:30:00+00:00", "Sat 21 Nov 2026, 23:30"),
        ("carrier", "DHL", "DHL"),
        ("is_allowed", True, "yes"),
        ("left", 3, "3"),
    ],
)
def test_a_value_reads_as_people_write_it(name: str, value: object, shown: str):
    assert format_fact(value, BERLIN, name) == shown


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("total", {"amount": "39.2", "currency": "EUR"}, "39.20 EUR"),
        ("total", {"amount": "11965.0", "currency": "JPY"}, "11965 JPY"),
        ("total", {"amount": "much", "currency": "EUR"}, "much EUR"),
        ("items", {"title": "Saffron", "variant": "1 g", "quantity": 2}, "2 × Saffron, 1 g"),
        ("items", {"title": "Mug", "ordered": 3, "not_yet_sent": 1}, "3 × Mug (1 not sent yet)"),
        ("work", {"status": "OPEN", "delivery": "NONE", "units_to_send": 2}, "Open · 2 to send"),
        ("work", {"status": "CLOSED", "delivery": "SHIPPING", "units_to_send": 0}, "Closed · Shipping"),
        ("parcels", {"carrier": "DHL"}, ""),
        ("total", "39.20 EUR", ""),
    ],
)
def test_what_belongs_together_stands_in_one_line(name: str, value: object, line: str):
    assert one_line(value, BERLIN, name) == line


def test_a_name_of_shopifys_is_put_in_words():
    assert label_of("country_code_v2") == "Country"
    assert label_of("last_event_at") == "Last event at"
    assert language_name("de") == "German"

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.inbound.threading import (
    CONVERSATION_HEADER,
    find_own_id,
    find_token,
    make_message_id,
    make_token,
    reply_address,
    thread_hints,
)
from tests.mail.samples import read_mail

KEY = b"a key of these tests, 32 bytes.."


@given(st.uuids())
def test_a_token_survives_case_folding_and_fits_a_local_part(conversation_id: UUID):
    address = reply_address("support@shop.example", make_token(conversation_id, KEY))

    assert len(address.partition("@")[0]) <= 64
    for spelling in (address, address.upper(), address.title()):
        assert find_token([spelling], KEY) == conversation_id


@given(st.uuids(), st.integers(0, 41), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_token_that_was_changed_is_nobodys(conversation_id: UUID, place: int, char: str):
    token = make_token(conversation_id, KEY)
    forged = token[:place] + char + token[place + 1 :]

    assert find_token([f"support+{forged}@shop.example"], KEY) == (
        conversation_id if forged == token else None
    )


def test_a_token_of_another_key_is_nobodys():
    assert find_token([reply_address("s@shop.example", make_token(uuid4(), b"x" * 32))], KEY) is None


def test_a_local_part_that_leaves_no_room_stays_without_a_token():
    long = "s" * 40 + "@shop.example"

    assert reply_address(long, make_token(uuid4(), KEY)) == long


def test_a_plus_address_keeps_its_own_detail():
    conversation_id = uuid4()

    assert (
        find_token([reply_address("help+de@shop.example", make_token(conversation_id, KEY))], KEY)
        == conversation_id
    )


@given(st.uuids())
def test_our_message_id_is_known_again_and_nobody_elses(reply_id: UUID):
    message_id = make_message_id(reply_id, KEY, "shop.example")

    assert find_own_id(message_id, KEY) == find_own_id(message_id.upper(), KEY) == reply_id
    assert find_own_id(make_message_id(reply_id, b"x" * 32, "shop.example"), KEY) is None
    assert find_own_id("<p.0@shop.example>", KEY) is None


def test_an_id_is_not_a_token():
    reply_id = uuid4()

    assert find_own_id(f"<p.{reply_id.hex}.{make_token(reply_id, KEY)[-16:]}@shop.example>", KEY) is None


def test_a_mail_tells_where_it_belongs():
    conversation_id, first, second = uuid4(), uuid4(), uuid4()
    ids = [make_message_id(one, KEY, "shop.example") for one in (first, second)]
    mail = read_mail(
        to=f"Shop <{reply_address('support@shop.example', make_token(conversation_id, KEY))}>",
        in_reply_to=ids[1],
        references=f"<other@x.example> {ids[0]} {ids[1]}",
    )

    hints = thread_hints(mail, KEY)

    assert hints.conversation_id == conversation_id
    assert hints.reply_ids == (second, first)
    assert hints.referenced == (ids[1], ids[0], "<other@x.example>")


@pytest.mark.parametrize("where", ["envelope", "header", "delivered-to"])
def test_a_token_is_found_where_else_it_may_stand(where):
    conversation_id = uuid4()
    token = make_token(conversation_id, KEY)
    address = reply_address("support@shop.example", token)
    headers = {"header": {CONVERSATION_HEADER: token}, "delivered-to": {"Delivered-To": address}}.get(
        where, {}
    )

    hints = thread_hints(read_mail(**headers), KEY, envelope_to=[address] if where == "envelope" else ())

    assert hints.conversation_id == conversation_id


def test_an_ordinary_mail_hints_at_nothing():
    hints = thread_hints(read_mail(), KEY)

    assert (hints.conversation_id, hints.reply_ids, hints.referenced) == (None, (), ())

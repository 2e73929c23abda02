from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.inbound.threading import (
    find_anchor,
    find_own_id,
    find_tokens,
    is_anchor,
    make_anchor,
    make_message_id,
    make_token,
    own_reply_ids,
    reply_address,
    thread_hints,
    without_detail,
)
from tests.mail.samples import read_mail

KEY = b"a key of these tests, 32 bytes.."


@given(st.uuids())
def test_a_token_survives_case_folding_and_fits_a_local_part(conversation_id: UUID):
    address = reply_address("support@shop.example", make_token(conversation_id, KEY))

    assert len(address.partition("@")[0]) <= 64
    for spelling in (address, address.upper(), address.title()):
        assert find_tokens([spelling], KEY) == (conversation_id,)


@given(st.uuids(), st.integers(0, 41), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_token_that_was_changed_is_nobodys(conversation_id: UUID, place: int, char: str):
    token = make_token(conversation_id, KEY)
    forged = token[:place] + char + token[place + 1 :]

    assert find_tokens([f"support+{forged}@shop.example"], KEY) == (
        (conversation_id,) if forged == token else ()
    )


def test_a_token_of_another_key_is_nobodys():
    assert find_tokens([reply_address("s@shop.example", make_token(uuid4(), b"x" * 32))], KEY) == ()


def test_a_local_part_that_leaves_no_room_stays_without_a_token():
    long = "s" * 40 + "@shop.example"

    assert reply_address(long, make_token(uuid4(), KEY)) == long


def test_a_plus_address_keeps_its_own_detail():
    conversation_id = uuid4()

    address = reply_address("help+de@shop.example", make_token(conversation_id, KEY))

    assert address.startswith("help+de+")
    assert find_tokens([address], KEY) == (conversation_id,)


@pytest.mark.parametrize("spelling", ["support%2B{}", "support={}", "support-{}", '"support+{}"', "x+{}+y"])
def test_a_token_is_found_however_a_gateway_rewrote_the_plus(spelling):
    conversation_id = uuid4()
    local = spelling.format(make_token(conversation_id, KEY))

    assert find_tokens([f"{local}@shop.example"], KEY) == (conversation_id,)


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

    assert hints.conversation_ids == (conversation_id,)
    assert hints.reply_ids == (second, first)
    assert hints.referenced == (ids[1], ids[0], "<other@x.example>")


DELIVERED = (
    "Delivered-To",
    "X-Original-To",
    "X-Delivered-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Forwarded-To",
)


@pytest.mark.parametrize("where", ["envelope", "to", "cc", "X-Forwarded-For", *DELIVERED])
def test_a_token_is_found_wherever_a_mail_was_delivered_to(where):
    conversation_id = uuid4()
    address = reply_address("support@shop.example", make_token(conversation_id, KEY))
    written = {"X-Forwarded-For": f"olivia@x.example {address}", "to": f"Shop <{address}>"}.get(
        where, f"<{address}>"
    )
    mail = read_mail(**({} if where == "envelope" else {where.replace("-", "_"): written}))

    hints = thread_hints(mail, KEY, envelope_to=[address] if where == "envelope" else ())

    assert hints.conversation_ids == (conversation_id,)


@given(st.uuids())
def test_an_anchor_in_the_references_names_its_conversation_and_nothing_else(conversation_id: UUID):
    anchor = make_anchor(conversation_id, KEY, "shop.example")
    hints = thread_hints(read_mail(references=f"{anchor.upper()} <ours@provider.example>"), KEY)

    assert hints.conversation_ids == (conversation_id,)
    assert hints.referenced == ("<ours@provider.example>",)
    assert is_anchor(anchor)
    assert find_own_id(anchor, KEY) is None
    assert find_anchor(anchor, b"x" * 32) is None
    assert find_anchor(make_message_id(conversation_id, KEY, "shop.example"), KEY) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"in_reply_to": "{id}"},
        {"in_reply_to": "<other@x.example> {id}"},
        {"in_reply_to": 'Message from "Shop" of Monday {id}'},
        {"references": "{bare}"},
        {"references": "<{folded}>"},
        {"references": "=?utf-8?q?{encoded}?="},
        {"references": "<other@x.example>,{id}"},
        {"references": "<other@x.example>{id}"},
        {"references": "<cut@x.exam {id}"},
        {"references": '"{id}"'},
    ],
)
def test_an_id_is_found_however_a_mail_program_wrote_it(headers):
    message_id = make_message_id(reply_id := uuid4(), KEY, "shop.example")
    forms = {
        "encoded": message_id.replace("<", "=3C").replace(">", "=3E"),
        "id": message_id,
        "bare": message_id[1:-1],
        "folded": message_id[1:30] + "\n  " + message_id[30:-1],
    }

    hints = thread_hints(read_mail(**{name: form.format(**forms) for name, form in headers.items()}), KEY)

    assert hints.reply_ids == (reply_id,)


def test_thousands_of_references_are_not_looked_at():
    mail = read_mail(references=" ".join(f"<{number}@x.example>" for number in range(2_000)))

    assert len(thread_hints(mail, KEY).referenced) == 100
    assert thread_hints(mail, KEY).referenced[0] == "<1999@x.example>"


def test_a_copy_of_our_own_mail_is_known_by_its_id_and_by_its_mark():
    reply_id = uuid4()
    message_id = make_message_id(reply_id, KEY, "shop.example")

    assert own_reply_ids(read_mail(message_id=message_id), KEY) == (reply_id,)
    assert own_reply_ids(read_mail(x_pasokh_loop=message_id), KEY) == (reply_id,)
    assert own_reply_ids(read_mail(x_pasokh_loop="1", references=message_id), KEY) == ()


def test_an_address_without_its_detail_is_the_mailboxs():
    assert without_detail("Support+abc+def@Shop.example") == "support@shop.example"
    assert without_detail("support@shop.example") == "support@shop.example"


def test_an_ordinary_mail_hints_at_nothing():
    assert not thread_hints(read_mail(), KEY)

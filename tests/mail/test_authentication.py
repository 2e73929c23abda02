from dataclasses import replace

import pytest

from app.mail.domains import canonical_address, is_aligned, is_mailbox_provider
from app.mail.inbound.authentication import judge
from app.mail.inbound.dkim_signatures import CheckedSignature
from app.mail.inbound.message import Transport
from app.vocabulary import Authenticity
from tests.mail.samples import read_mail

GOOD, NONE, BAD = Authenticity.AUTHENTICATED, Authenticity.UNAUTHENTICATED, Authenticity.FAILED


@pytest.mark.parametrize(
    ("spf", "dkim", "envelope_from", "result"),
    [
        ("pass", None, "ann@customer.example", GOOD),
        ("pass", None, "bounce@mail.customer.example", GOOD),
        ("pass", None, "bounce@other.example", NONE),
        ("pass", None, "", NONE),
        (None, "{@customer.example : pass}", None, GOOD),
        ("none", "{@other.example : pass, @customer.example : pass}", None, GOOD),
        ("softfail", "{@other.example : pass}", "x@customer.example", NONE),
        ("fail", "none", "ann@customer.example", BAD),
        ("fail", "{@customer.example : pass}", "ann@customer.example", GOOD),
        ("pass", "{@customer.example : fail}", "ann@customer.example", GOOD),
        ("none", "{@customer.example : fail}", "ann@customer.example", BAD),
        ("fail", None, "x@other.example", NONE),
        (None, None, None, NONE),
    ],
)
def test_sendgrids_results_count_where_they_are_aligned(spf, dkim, envelope_from, result):
    judgement = judge(read_mail(), Transport(spf=spf, dkim=dkim, envelope_from=envelope_from))

    assert judgement.result == result
    assert judgement.reasons


@pytest.mark.parametrize(
    ("header", "result"),
    [
        ("mx.host.example; spf=pass smtp.mailfrom=ann@customer.example", GOOD),
        ("mx.host.example 1; dkim=pass (2048-bit key; x) header.d=customer.example header.s=a", GOOD),
        (
            "mx.host.example; dmarc=fail (p=none) header.from=customer.example; spf=pass smtp.mailfrom=customer.example",
            BAD,
        ),
        ("mx.host.example; dmarc=pass header.from=customer.example", GOOD),
        ("mx.host.example; dkim=pass header.i=@evil.example", NONE),
        ("mx.host.example; none", NONE),
        ("forged.example; dmarc=pass header.from=customer.example", NONE),
    ],
)
def test_authentication_results_count_only_of_hosts_that_are_trusted(header, result):
    mail = read_mail(authentication_results=header)

    assert judge(mail, trusted_hosts={"MX.host.example"}).result == result
    assert judge(mail).result == NONE


def test_nothing_known_is_said_so():
    judgement = judge(read_mail())

    assert (judgement.spf, judgement.dkim, judgement.dmarc) == (None, None, None)
    assert judgement.result == NONE


@pytest.mark.parametrize(
    ("one", "other", "aligned"),
    [
        ("shop.example", "shop.example", True),
        ("shop.example", "Mail.Shop.Example.", True),
        ("a.shop.example", "b.shop.example", True),
        ("a.github.io", "b.github.io", False),
        ("müller.example", "mail.xn--mller-kva.example", True),
        ("straße.example", "strasse.example", False),
        ("straße.example", "xn--strae-oqa.example", True),
        ("shop.co.uk", "co.uk", False),
        ("shop.co.uk", "mail.shop.co.uk", True),
        ("shop.example", "evilshop.example", False),
        ("example", "shop.example", False),
        ("", "", False),
    ],
)
def test_alignment_is_never_wider_than_one_organisation(one, other, aligned):
    assert is_aligned(one, other) is is_aligned(other, one) is aligned


PASSED = Transport(spf="pass", dkim="{@customer.example : pass}", envelope_from="ann@customer.example")


@pytest.mark.parametrize(
    ("sender", "told"),
    [
        ("Ann <ann@customer.example>, Bob <bob@victim.example>", "several senders"),
        ('"ceo@victim.example" <ann@customer.example>', "ceo@victim.example"),
        ("Saffron & Clay <ann@customer.example>", "your shop's name"),
    ],
)
def test_a_good_result_is_not_enough_for_a_sender_who_misleads(sender, told):
    judgement = judge(read_mail(from_=sender), PASSED, own_names=("Saffron & Clay",))
    assert judgement.result == NONE
    assert told in " ".join(judgement.reasons)
    assert judgement.dkim == "pass"


def test_two_from_headers_are_never_proven():
    mail = read_mail(x_a="b\nFrom: ceo@victim.example")
    assert judge(mail, PASSED).result == NONE


def test_a_look_alike_of_the_shops_own_domain_has_failed_whatever_passed():
    passed = Transport(dkim="{@sh0p.example : pass}")
    mail = read_mail(from_="Support <support@sh0p.example>")
    assert judge(mail, passed).result == GOOD
    judgement = judge(mail, passed, own_addresses=("support@shop.example",))
    assert judgement.result == BAD
    assert "shop.example" in " ".join(judgement.reasons)


def test_a_differing_reply_to_is_told():
    judgement = judge(read_mail(reply_to="x@strange.example"), PASSED)
    assert judgement.result == GOOD
    assert "x@strange.example" in judgement.reasons[-1]
    assert len(judge(read_mail(reply_to="ANN@customer.example"), PASSED).reasons) == 1


def test_who_fills_in_a_contact_form_is_never_proven():
    form = replace(read_mail(), is_contact_form=True)
    judgement = judge(form, PASSED)
    assert judgement.result == NONE
    assert "contact form" in judgement.reasons[-1]
    failed = Transport(dkim="{@customer.example : fail}")
    assert judge(form, failed).result == BAD


def test_dmarc_that_is_about_another_from_does_not_count():
    header = "mx.host.example; dmarc=pass header.from=victim.example"
    assert judge(read_mail(authentication_results=header), trusted_hosts={"mx.host.example"}).result == NONE


def test_a_host_that_could_not_check_is_told_so():
    header = "mx.host.example; dmarc=temperror header.from=customer.example"
    judgement = judge(read_mail(authentication_results=header), trusted_hosts={"mx.host.example"})
    assert (judgement.result, judgement.dmarc) == (NONE, "temperror")
    assert "at that moment" in judgement.reasons[0]


@pytest.mark.parametrize(
    ("results", "result"),
    [(("pass",), GOOD), (("fail",), NONE), (("temperror",), NONE), (("fail", "pass"), GOOD)],
)
def test_our_own_check_proves_a_sender_and_never_a_forgery(results, result):
    checked = [CheckedSignature("customer.example", one, f"It is a {one}.") for one in results]
    judgement = judge(read_mail(), signatures=checked)
    assert judgement.result == result
    assert judgement.dkim == ("pass" if result == GOOD else results[0])
    assert judgement.reasons == (
        ("DKIM passed for customer.example.",) if result == GOOD else (f"It is a {results[0]}.",)
    )


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("Ann+shop@Customer.example", "ann@customer.example"),
        ("a.n.n+x+y@googlemail.com", "ann@gmail.com"),
        ("a.n.n@customer.example", "a.n.n@customer.example"),
        ("+@customer.example", "+@customer.example"),
        ('"ann"@customer.example', "ann@customer.example"),
        ("Ann@Müller.example.", "ann@xn--mller-kva.example"),
        ("ann@xn--mller-kva.example", "ann@xn--mller-kva.example"),
    ],
)
def test_one_mailbox_has_one_canonical_address(address, canonical):
    assert canonical_address(address) == canonical
    assert canonical_address(canonical) == canonical


@pytest.mark.parametrize(
    ("domain", "is_provider"),
    [
        ("gmail.com", True),
        ("mail.yahoo.co.uk", True),
        ("t-online.de", True),
        ("privaterelay.appleid.com", True),
        ("customer.example", False),
        ("", False),
    ],
)
def test_providers_of_mailboxes_are_known(domain, is_provider):
    assert is_mailbox_provider(domain) is is_provider


def test_a_trusted_hosts_word_is_taken_to_the_letter():
    """A host takes out what was forged in its name (RFC 8601, 5), which it does not know under another spelling."""
    host, said = "mx.shop.example", "dmarc=pass header.from=customer.example"
    forged = (
        f"=?utf-8?q?{host}?=; {said}",
        f"=?utf-8?b?bXguc2hvcC5leGFtcGxl?=; {said}",
        f"mx.shop.exam\0ple; {said}",
        f"{host}; dmarc=pass header.from=evil.example header.from=customer.example",
    )
    for header in forged:
        mail = read_mail(authentication_results=header)
        assert judge(mail, trusted_hosts=(host,)).result == NONE, header
    assert judge(read_mail(authentication_results=f"{host}; {said}"), trusted_hosts=(host,)).result == GOOD

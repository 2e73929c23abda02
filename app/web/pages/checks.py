"""What a person writes, checked: while they write, and once more when they send it."""

from fastapi import Request
from fastapi.responses import Response

from app.inbox.drafts import LONGEST, as_kept
from app.inbox.grounds import Grounds, Unbacked, fingerprint
from app.web.forms import Form
from app.web.pages.view import render
from app.web.session import Visitor


def show_checked(request: Request, visitor: Visitor, markdown: str, grounds: Grounds) -> Response:
    """The findings of a text, as a part of the form that it is written in; empty where all of it is backed."""
    written = as_kept(markdown)
    findings = grounds.look(written) if len(written) <= LONGEST else ()
    return render(
        request,
        "checked.html",
        visitor=visitor,
        markdown=written,
        findings=[finding.document() for finding in findings],
        acknowledged=fingerprint(findings),
        prefix="written",
    )


def show_unbacked(request: Request, visitor: Visitor, form: Form, error: Unbacked) -> Response:
    """Nothing was sent: the text with its findings marked, to be sent anyway or changed."""
    return render(
        request,
        "unbacked.html",
        visitor=visitor,
        status=error.status,
        markdown=as_kept(form.text("markdown")),
        findings=[finding.document() for finding in error.findings],
        acknowledged=fingerprint(error.findings),
        seen=form.text("seen"),
        then=form.text("then"),
        back=f"/conversations/{error.conversation_id}",
    )

"""Files with personal data, from the question to the bytes, through the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from django.urls import reverse

from carenet.exports.models import Export
from carenet.jobs import actions as jobs
from carenet.webkit import once
from tests.make.parties import client_for

if TYPE_CHECKING:
    from carenet.accounts.models import User


def asked(asker: User, url: str, *, purpose: str = "街道年度核查") -> Export:
    """The asker opens the address, is led to the question, and asks."""
    client = client_for(asker)
    turned = client.get(url)
    assert turned.status_code == 302, turned.content.decode()[:2000]
    assert turned.url.startswith(reverse("exports:ask")), turned.url
    of = parse_qs(urlsplit(turned.url).query)["of"][0]
    answer = client.post(
        reverse("exports:ask"), {"of": of, "purpose": purpose, "idempotency_key": once.new_key()}
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return Export.objects.order_by("-pk")[0]


def decided(row: Export, approver: User, deed: str = "approve", **more: str) -> Export:
    """The approver says yes (or no) on the page."""
    client_for(approver).post(
        reverse("exports:export", args=[row.pk]), {"do": deed, "idempotency_key": once.new_key(), **more}
    )
    row.refresh_from_db()
    return row


def exported(asker: User, url: str, approver: User, *, purpose: str = "街道年度核查") -> bytes:
    """Asked, approved, made, fetched: the bytes of the file."""
    from django.utils import timezone

    row = decided(asked(asker, url, purpose=purpose), approver)
    assert row.state == "APPROVED", row.state
    job = jobs.run(job_id=row.job_id, at=timezone.now())
    assert job is not None and job.state == "DONE", job and job.error
    answer = client_for(asker).get(reverse("exports:file", args=[row.pk]))
    assert answer.status_code == 200
    content: bytes = answer.content
    return content

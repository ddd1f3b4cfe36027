"""A photo of a visit: without the camera's place and time, sealed, seen by who reads the note, kept by a correction."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from carenet.accounts.models import User
from carenet.audit.models import ReadLog
from carenet.documents.models import Document
from carenet.parties.models import Community
from carenet.webkit import once
from elders.actions import sealed_papers
from services.actions import photos, visits
from services.models import Visit
from tests import make
from tests.make import NOW
from volunteers.actions.photos import NotAPhoto, TooBig

ANSWERS = {"seen": "SEEN", "mood": "GOOD", "findings": ["NOTHING"]}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def sent(name: str = "IMG_1.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make.picture() if content is None else content, "image/jpeg")


def test_a_photo_loses_place_camera_and_time_and_stands_upright() -> None:
    taken = make.picture(640, 480)
    assert b"Phone-of-Li" in taken
    with Image.open(io.BytesIO(photos.encode(taken))) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (480, 640), {})
    for kind in ("PNG", "WEBP"):
        small = photos.encode(make.picture(3000, 2000, kind=kind, place=False))
        with Image.open(io.BytesIO(small)) as kept:
            assert (kept.format, kept.size) == ("JPEG", (1600, 1067))


@pytest.mark.parametrize(("content", "refusal"), [(b"MZ no picture", NotAPhoto), (b"x" * 12_000_001, TooBig)])
def test_what_is_no_photo_or_too_big_is_refused_in_a_sentence(
    content: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        photos.encode(content)


def test_the_photo_is_not_readable_on_the_disk_nor_from_the_page_of_documents(
    community: Community, worker: User, client_for: Any
) -> None:
    visit = make.visit(make.elder(community), by=worker, photo=make.picture())
    document = Visit.objects.select_related("photo").get(pk=visit.pk).photo
    with default_storage.open(document.stored_name) as stored:
        raw = stored.read()
    assert b"\xff\xd8\xff" not in raw and b"JFIF" not in raw
    assert sealed_papers.content_of(document).startswith(b"\xff\xd8\xff")
    assert client_for(worker).get(document.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("role", "reads"), [("SUPERVISOR", True), ("SOCIAL_WORKER", False), ("DIRECTOR", False)]
)
def test_a_photo_is_seen_by_who_reads_the_note_and_each_look_is_written_down(
    community: Community, worker: User, client_for: Any, role: str, reads: bool
) -> None:
    visit = make.visit(make.elder(community), by=worker, photo=make.picture())
    reader, url = make.user(role, community), reverse("services:visit-photo", args=[visit.pk])
    page = client_for(reader).get(reverse("services:visit", args=[visit.pk])).content.decode()
    assert (f'src="{url}"' in page) is reads
    answer = client_for(reader).get(url)
    assert answer.status_code == (200 if reads else 404)
    looks = ReadLog.objects.filter(user=reader, person_id=visit.elder.person_id, fields__contains=["photo"])
    assert looks.exists() is reads
    if reads:
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "no-store")


def test_the_visit_form_takes_a_photo_from_the_camera_without_a_script(
    community: Community, worker: User, client_for: Any
) -> None:
    elder, client = make.elder(community), client_for(worker)
    url = reverse("services:visit-log", args=[elder.pk])
    page = client.get(url).content.decode()
    assert 'capture="environment"' in page and 'enctype="multipart/form-data"' in page
    body = {**ANSWERS, "note": "药盒", "photo": sent(), "idempotency_key": once.new_key()}
    assert client.post(url, body).status_code == 302
    assert Visit.objects.get().photo is not None
    wrong = client.post(url, {**ANSWERS, "photo": sent("a.jpg", b"text"), "idempotency_key": once.new_key()})
    assert wrong.status_code == 422 and "照片" in wrong.content.decode()
    assert Visit.objects.count() == 1 and Document.objects.filter(kind=photos.KIND).count() == 1


def test_a_correction_keeps_the_photo_replaces_it_or_takes_it_out(community: Community, worker: User) -> None:
    first = make.visit(make.elder(community), by=worker, photo=make.picture())

    def corrected(visit: Visit, key: str, **changed: Any) -> Visit:
        return visits.correct(visit=visit, reason="写错", key=key, by=worker, at=NOW, **changed)

    kept = corrected(first, "one", mood="FAIR")
    replaced = corrected(kept, "two", photo=make.picture(320, 320))
    dropped = corrected(replaced, "three", drop_photo=True)
    assert kept.photo_id == first.photo_id
    assert replaced.photo_id not in (None, first.photo_id)
    assert dropped.photo_id is None
    assert Visit.objects.get(pk=first.pk).photo_id == first.photo_id, "the earlier version stays as it was"


def test_the_same_visit_sent_twice_keeps_one_photo(community: Community, worker: User) -> None:
    elder, picture = make.elder(community), make.picture()
    first = make.visit(elder, by=worker, key="phone-1", photo=picture)
    assert make.visit(elder, by=worker, key="phone-1", photo=picture) == first
    assert Document.objects.filter(kind=photos.KIND).count() == 1

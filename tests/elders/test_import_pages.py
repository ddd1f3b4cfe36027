"""The import wizard from upload to undo."""

from __future__ import annotations

import io
from typing import Any

from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from carenet.accounts.models import User
from carenet.jobs import actions as jobs
from carenet.jobs.models import Job
from carenet.parties.models import Community
from elders.models import Elder
from tests.elders.test_import import files, good_row, xlsx  # noqa: F401  (the fixture keeps uploads in a temporary folder)
from tests.elders.typed import sent, text_of


def test_the_import_wizard_from_upload_to_undo(community: Community, staff: User, client_for: Any) -> None:
    client = client_for(staff)
    assert client.get(reverse("elders:import")).status_code == 200
    assert client.get(reverse("elders:import-template", args=["register"])).content[:2] == b"PK"
    upload = io.BytesIO(xlsx([good_row(0), good_row(1) | {"楼栋": "88号楼"}, good_row(2)]))
    upload.name = "花名册.xlsx"
    started = sent(client, "import", file=upload)
    check_job = Job.objects.get()
    assert started.url == reverse("elders:import-result", args=[check_job.pk])
    assert "hx-get" in text_of(client.get(started.url))
    assert jobs.run(job_id=check_job.pk, at=timezone.now()).state == "DONE"
    page = text_of(client.get(started.url))
    assert "88号楼" in page
    assert "楼栋" in page
    assert client.get(reverse("elders:import-errors", args=[check_job.pk])).content[:2] == b"PK"
    entered = sent(client, "import-enter", check_job.pk)
    job = Job.objects.get(kind="elders.import")
    assert entered.url == reverse("elders:import-result", args=[job.pk])
    jobs.run(job_id=job.pk, at=timezone.now())
    assert Elder.objects.visible_to(staff).count() == 2
    mend = reverse("elders:import-errors", args=[check_job.pk])
    assert mend in text_of(client.get(entered.url)), "what stayed out can still be fetched"
    left = load_workbook(io.BytesIO(client.get(mend).content)).worksheets[0]
    assert left.max_row == 2, "only the faulty row: what was entered meanwhile is no fault of the file"
    sent(client, "import-cancel", job.pk)
    assert Elder.objects.visible_to(staff).count() == 0
    assert client.get(entered.url).status_code == 200


def test_another_communitys_import_is_not_found(
    community: Community, staff: User, stranger: User, client_for: Any
) -> None:
    from elders.actions import importing

    job = importing.upload(
        community=community, content=xlsx([good_row(0)]), name="x.xlsx", by=staff, at=timezone.now()
    )
    client = client_for(stranger)
    assert client.get(reverse("elders:import-result", args=[job.pk])).status_code == 404
    assert sent(client, "import-enter", job.pk).status_code == 404

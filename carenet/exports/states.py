"""The steps of an export."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from carenet.kernel.steps import Step, step

# Station rules: who waits longer than a week asks again; a made file waits three days for the asker.
WAITS_DAYS = 7
FILE_HOURS = 72


class ExportState(models.TextChoices):
    ASKED = "ASKED", pgettext_lazy("export", "waits for approval")
    APPROVED = "APPROVED", pgettext_lazy("export", "approved, being made")
    READY = "READY", pgettext_lazy("export", "ready to fetch")
    REFUSED = "REFUSED", pgettext_lazy("export", "refused")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("export", "withdrawn")
    EXPIRED = "EXPIRED", pgettext_lazy("export", "nobody decided in time")
    GONE = "GONE", pgettext_lazy("export", "file deleted")


STEPS: dict[str, Step] = {
    "approve": step({ExportState.ASKED}, ExportState.APPROVED),
    "refuse": step({ExportState.ASKED}, ExportState.REFUSED),
    "withdraw": step({ExportState.ASKED}, ExportState.WITHDRAWN),
    "expire": step({ExportState.ASKED, ExportState.APPROVED}, ExportState.EXPIRED),
    "make": step({ExportState.APPROVED}, ExportState.READY),
    "delete": step({ExportState.READY}, ExportState.GONE),
}
INITIAL = (ExportState.ASKED,)

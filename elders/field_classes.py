"""The classes of the elders' tables in the row history. Source: domain.md §9.4."""

from __future__ import annotations

from carenet.accounts.states import FieldClass
from carenet.audit import classes, linked
from carenet.jobs.registry import label_of

OF = "elder.person"


def register() -> None:
    """Called once by AppConfig.ready."""
    classes.register(
        "elders.elder", FieldClass.SENSITIVE, person="person",
        internal=(
            "person", "number", "registered_on", "status", "status_on", "grid", "building", "owner", "registered_by",
            "import_job", "created_at", "is_demo", "anonymised_on", "archive_due_on", "assessment_due_on",
        ),
        personal=("door", "address_sealed", "languages", "dialect", "literacy", "living"),
    )  # fmt: skip
    for label in ("allergy", "condition", "medicine", "treatmentplan"):
        classes.register(
            f"elders.{label}", FieldClass.SENSITIVE, person=OF, internal=("noted_by", "noted_at")
        )
    classes.register(
        "elders.eldercategory", FieldClass.SENSITIVE, person=OF, internal=("elder", "checked_by")
    )
    classes.register(
        "elders.contact", FieldClass.PERSONAL, person=OF, internal=("elder", "order", "ended_on")
    )
    classes.register("elders.consent", FieldClass.INTERNAL, person=OF)
    classes.register("elders.helptoken", FieldClass.INTERNAL, person=OF)
    classes.register(
        "elders.mandate", FieldClass.INTERNAL, person=OF, personal=("relation",), sensitive=("evidence",)
    )
    linked.register("elders.elder", "person")
    linked.register("elders.treatmentplan", field_class=FieldClass.SENSITIVE)
    linked.register("jobs.job", words=lambda job: label_of(job.kind))

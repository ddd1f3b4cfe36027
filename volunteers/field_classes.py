"""The classes of the volunteers' tables in the row history. Source: domain.md §9.4.

Hours, points, coins and honours are the records an auditor checks; where a volunteer lives, how they are insured and
what they cannot do is theirs.
"""

from __future__ import annotations

from django.utils.formats import date_format

from carenet.accounts.states import FieldClass
from carenet.audit import classes, linked

RECORDS = (
    "course", "courseresult", "courserun", "enrolment", "gift", "honour", "lateentry", "lesson", "lessonattendance", "move",
    "nomination", "pointbacking", "policy", "practicehour", "promise", "qualification", "question", "recruit", "redemption",
    "reserve", "reward", "rewardphoto", "rewardservice", "serviceclaim", "shiftseries", "shifttemplate", "slot", "team",
    "teamgift", "teamproposal", "teamvote", "certificate", "travelnote",
    "dividendlist", "dividendobjection",
)  # fmt: skip


def register() -> None:
    """Called once by AppConfig.ready."""
    internal = FieldClass.INTERNAL
    for label in RECORDS:
        classes.register(f"volunteers.{label}", internal)
    classes.register(
        "volunteers.volunteer", internal, person="person", personal=("door", "insurance_number", "motive", "languages"), sensitive=("limits",),
    )  # fmt: skip
    classes.register("volunteers.slipnote", internal, personal=("proxy_name", "proxy_relation"))
    classes.register(
        "volunteers.closing", internal, person="volunteer.person", personal=("heir", "relation", "reason")
    )
    classes.register(
        "volunteers.guardianconsent", internal, person="volunteer.person", personal=("guardian", "relation")
    )
    classes.register("volunteers.objection", internal, personal=("name", "contact"))
    for label, *follow in (
        ("course",), ("coursemodule",), ("courserun", "course"), ("dividendlist",), ("enrolment", "volunteer__person"), ("honour",),
        ("lesson", "module"), ("nomination", "honour", "person"), ("redemption",), ("reward",), ("shiftseries", "template"),
        ("shifttemplate",), ("slot",), ("team",), ("volunteer", "person"),
    ):  # fmt: skip
        linked.register(f"volunteers.{label}", *follow)
    linked.register(
        "volunteers.promise", "slot", "volunteer__person", words=lambda row: f"{row.slot} · {row.volunteer}"
    )
    linked.register(
        "volunteers.attendance",
        "volunteer__person",
        words=lambda row: f"{row.volunteer} · {date_format(row.served_on)}",
    )

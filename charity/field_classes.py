"""The classes of the charity's tables in the row history. Source: domain.md §9.4.

Who gave what is what an auditor is there to check; what a grant says about an elder is not.
"""

from __future__ import annotations

from carenet.accounts.states import FieldClass
from carenet.audit import classes, linked


def register() -> None:
    """Called once by AppConfig.ready."""
    for label in ("costsharerule", "donation", "fund", "goodsdonation"):
        classes.register(f"charity.{label}", FieldClass.INTERNAL)
    classes.register(
        "charity.grant", FieldClass.INTERNAL, person="elder.person", personal=("paid_to",), sensitive=("words", "decision_words"),
    )  # fmt: skip
    linked.register("charity.fund")

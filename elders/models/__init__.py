"""Everything the elders app remembers."""

from elders.models.assessments import Assessment, Instrument
from elders.models.clocks import ClockRule, Concern, Reminder, RiskEvent, Touch
from elders.models.importing import ImportFault
from elders.models.kin import Consent, Contact, HelpToken, Mandate
from elders.models.register import Elder, ElderCategory, LifeEvent, NotSamePerson, Pause
from elders.models.triage import RuleSet, TriageDecision, TriageResult

__all__ = [
    "Assessment",
    "ClockRule",
    "Concern",
    "Consent",
    "Contact",
    "Elder",
    "ElderCategory",
    "HelpToken",
    "ImportFault",
    "Instrument",
    "LifeEvent",
    "Mandate",
    "NotSamePerson",
    "Pause",
    "Reminder",
    "RiskEvent",
    "RuleSet",
    "Touch",
    "TriageDecision",
    "TriageResult",
]

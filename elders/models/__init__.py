"""Everything the elders app remembers."""

from elders.models.assessments import Assessment, Instrument, InstrumentSwitch
from elders.models.clocks import CalendarFeed, ClockRule, Concern, Reminder, RiskEvent, Touch
from elders.models.health import (
    Allergy,
    Condition,
    HealthLimit,
    Measurement,
    MeasuringRound,
    Medicine,
    RoundLine,
    TreatmentPlan,
)
from elders.models.households import Household, HouseholdRole, LivingSpell
from elders.models.importing import ImportChange, ImportFault
from elders.models.kin import Consent, Contact, HelpToken, Mandate
from elders.models.letters import Letter
from elders.models.limit_reviews import LimitReview
from elders.models.lists import SavedFilter
from elders.models.merging import Merge
from elders.models.privacy import PrivacyRecord, PrivacyStep
from elders.models.register import Elder, ElderCategory, LifeEvent, NotSamePerson, Pause
from elders.models.rights import ConsentText, MandateUse, RetentionRun, RightsRequest
from elders.models.triage import RuleAdoption, RuleSet, ShadowChange, ShadowRun, TriageDecision, TriageResult
from elders.models.weather import WeatherWarning
from elders.models.witness import WitnessRecord

__all__ = [
    "Allergy",
    "Assessment",
    "CalendarFeed",
    "ClockRule",
    "Concern",
    "Condition",
    "Consent",
    "ConsentText",
    "Contact",
    "Elder",
    "ElderCategory",
    "HealthLimit",
    "HelpToken",
    "Household",
    "HouseholdRole",
    "ImportChange",
    "ImportFault",
    "Instrument",
    "InstrumentSwitch",
    "Letter",
    "LifeEvent",
    "LimitReview",
    "LivingSpell",
    "Mandate",
    "MandateUse",
    "Measurement",
    "MeasuringRound",
    "Medicine",
    "Merge",
    "NotSamePerson",
    "Pause",
    "PrivacyRecord",
    "PrivacyStep",
    "Reminder",
    "RetentionRun",
    "RightsRequest",
    "RiskEvent",
    "RoundLine",
    "RuleAdoption",
    "RuleSet",
    "SavedFilter",
    "ShadowChange",
    "ShadowRun",
    "Touch",
    "TreatmentPlan",
    "TriageDecision",
    "TriageResult",
    "WeatherWarning",
    "WitnessRecord",
]

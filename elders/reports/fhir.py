"""Readings as FHIR R4 Observations and back: LOINC codes, UCUM units, one Bundle of type collection.

Written out by hand and checked by a round trip: `fhir.resources` would add 27 MB for seven shapes. The profile
followed is Vital Signs of R4 (blood pressure as panel 85354-9 with components 8480-6 and 8462-4). Source:
https://hl7.org/fhir/R4/observation-vitalsigns.html; S4-22 (data exchange with the community health centre).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from carenet.kernel.errors import DomainError
from carenet.kernel.months import STATION_ZONE
from elders.models import Elder, Measurement
from elders.reports.incoming import Reading
from elders.rules import health as rules

MOST = 5_000
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
OURS = "urn:carenet:measurement"
NAMES = {
    "85354-9": "Blood pressure panel with all children optional", "8480-6": "Systolic blood pressure",
    "8462-4": "Diastolic blood pressure", "8867-4": "Heart rate", "29463-7": "Body weight", "8310-5": "Body temperature",
    "59408-5": "Oxygen saturation in Arterial blood by Pulse oximetry",
    "2708-6": "Oxygen saturation in Arterial blood", "76629-5": "Fasting glucose [Moles/volume] in Blood",
    "14760-3": "Glucose [Moles/volume] in Capillary blood --2 hours post meal",
}  # fmt: skip
KIND_OF = {
    code: kind
    for kind, measure in rules.MEASURES.items()
    for code in measure.loinc
    if code not in ("8480-6", "8462-4")
}


class NotABundle(DomainError):
    """The file is no FHIR R4 Bundle or Observation."""

    code = "not_a_bundle"

    @property
    def message(self) -> str:
        return _(
            "This file is no FHIR R4 Bundle of Observations (JSON). Please ask the clinic for another export."
        )


@dataclass(frozen=True)
class Entry:
    """One entry of a Bundle: its reading, or why it could not be read."""

    place: int
    reading: Reading | None = None
    fault: str = ""


def _codes(codes: Iterable[str]) -> list[dict[str, str]]:
    return [{"system": LOINC, "code": each, "display": NAMES[each]} for each in codes]


def _quantity(value: int, measure: rules.Measure) -> dict[str, Any]:
    scaled = Decimal(value).scaleb(-measure.decimals)
    return {
        "value": int(scaled) if measure.decimals == 0 else float(scaled), "unit": measure.unit, "system": UCUM, "code": measure.ucum,
    }  # fmt: skip


def observation(row: Measurement) -> dict[str, Any]:
    """One Observation of the Vital Signs profile (glucose: laboratory)."""
    measure = row.measure
    lab = row.kind.startswith("GLUCOSE")
    found: dict[str, Any] = {
        "resourceType": "Observation", "id": f"m{row.pk}",
        "identifier": [{"system": OURS, "value": f"{row.community_id}:{row.pk}"}], "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": "laboratory" if lab else "vital-signs"}]}],
        "code": {"coding": _codes(measure.loinc[:1] if measure.has_second else measure.loinc)},
        "subject": {"reference": f"Patient/p{row.elder_id}"},
        "effectiveDateTime": row.taken_at.astimezone(STATION_ZONE).isoformat(timespec="seconds"),
        "issued": row.recorded_at.astimezone(STATION_ZONE).isoformat(timespec="seconds"),
    }  # fmt: skip
    if measure.has_second:
        assert row.second is not None
        found["component"] = [
            {"code": {"coding": _codes([code])}, "valueQuantity": _quantity(value, measure)}
            for code, value in zip(measure.loinc[1:], (row.value, row.second), strict=True)
        ]
    else:
        found["valueQuantity"] = _quantity(row.value, measure)
    return found


def bundle(elder: Elder, rows: Sequence[Measurement], *, at: datetime) -> dict[str, Any]:
    """A collection Bundle: the Patient (name, sex, birth date; no ID number, no phone) and the Observations."""
    person = elder.person
    patient: dict[str, Any] = {
        "resourceType": "Patient", "id": f"p{elder.pk}",
        "identifier": [{"system": "urn:carenet:elder", "value": f"{elder.community_id}:{elder.number_text}"}],
        "name": [{"text": person.name}], "gender": {1: "male", 2: "female"}.get(person.sex, "unknown"),
    }  # fmt: skip
    if person.born_on:
        patient["birthDate"] = person.born_on.isoformat()
    resources = [patient, *(observation(each) for each in rows)]
    return {
        "resourceType": "Bundle", "type": "collection",
        "timestamp": at.astimezone(STATION_ZONE).isoformat(timespec="seconds"),
        "entry": [{"fullUrl": f"urn:carenet:{each['resourceType'].lower()}:{each['id']}", "resource": each} for each in resources],
    }  # fmt: skip


# --- reading -------------------------------------------------------------------------------------
def read(content: bytes, *, elder_id: int) -> list[Entry]:
    """The Observations of a Bundle (or a single one) as readings of one elder, faults by place. Raises NotABundle."""
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, ValueError) as broken:
        raise NotABundle from broken
    if not isinstance(data, dict):
        raise NotABundle
    if data.get("resourceType") == "Observation":
        resources: list[Any] = [data]
    elif data.get("resourceType") == "Bundle" and isinstance(data.get("entry"), list):
        resources = [each.get("resource") if isinstance(each, dict) else None for each in data["entry"]]
    else:
        raise NotABundle
    found = []
    for place, resource in enumerate(resources[:MOST], start=1):
        if isinstance(resource, dict) and resource.get("resourceType") not in ("Observation", None):
            continue  # the Patient, the Device …
        try:
            found.append(Entry(place, reading=_reading(resource, elder_id)))
        except _Fault as fault:
            found.append(Entry(place, fault=fault.args[0]))
        except (KeyError, TypeError, AttributeError, IndexError):
            found.append(Entry(place, fault=_("This entry is not built like a FHIR Observation.")))
    return found


class _Fault(Exception):
    """Why one entry cannot be read, in a sentence."""


def _reading(resource: Any, elder_id: int) -> Reading:
    if resource.get("status") not in ("final", "amended", "corrected"):
        raise _Fault(_("Only final readings are taken over."))
    codes = [each.get("code") for each in resource["code"]["coding"] if each.get("system") == LOINC]
    kind = next((KIND_OF[each] for each in codes if each in KIND_OF), None)
    if kind is None:
        raise _Fault(
            _("This kind of reading is not known here: %(code)s")
            % {"code": ", ".join(str(each) for each in codes) or "—"}
        )
    measure = rules.MEASURES[kind]
    second = None
    if measure.has_second:
        parts = {}
        for component in resource["component"]:
            for coding in component["code"]["coding"]:
                if coding.get("system") == LOINC and coding.get("code") in measure.loinc[1:]:
                    parts[coding["code"]] = _amount(component["valueQuantity"], measure)
        if len(parts) != 2:
            raise _Fault(_("A blood pressure needs both numbers."))
        value, second = parts[measure.loinc[1]], parts[measure.loinc[2]]
    else:
        value = _amount(resource["valueQuantity"], measure)
    named = next((f"{each.get('system')}|{each.get('value')}" for each in resource.get("identifier", []) if each.get("value")), resource.get("id"))  # fmt: skip
    taken_at = _moment(resource.get("effectiveDateTime"))
    return Reading(
        elder_id=elder_id, kind=kind, value=value, second=second, taken_at=taken_at,
        source_key=f"fhir:{elder_id}:{str(named)[:60]}:{kind}:{taken_at:%Y%m%d%H%M%S}",
    )  # fmt: skip


def _amount(quantity: Any, measure: rules.Measure) -> Decimal:
    unit = quantity.get("code") or quantity.get("unit")
    if unit not in (measure.ucum, measure.unit):
        raise _Fault(
            _("The unit is %(unit)s, expected is %(expected)s.")
            % {"unit": unit or "—", "expected": measure.ucum}
        )
    return Decimal(str(quantity["value"]))


def _moment(text: Any) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as broken:
        raise _Fault(_("The time of the reading is missing or cannot be read.")) from broken
    return found if found.tzinfo else found.replace(tzinfo=STATION_ZONE)


def faults(entries: Sequence[Entry], outcomes: Sequence[Any]) -> list[dict[str, Any]]:
    """What was not taken over, by the place in the file."""
    found = [{"place": each.place, "sentence": each.fault} for each in entries if each.fault]
    good = [each for each in entries if each.reading is not None]
    found += [
        {"place": entry.place, "sentence": outcome.refusal.message}
        for entry, outcome in zip(good, outcomes, strict=True)
        if outcome.refusal is not None
    ]
    return sorted(found, key=lambda each: each["place"])

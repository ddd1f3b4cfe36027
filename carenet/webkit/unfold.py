"""Settings of the office theme (django-unfold 0.91); everything that needs the request is in `office.py`.

Source: libraries.md §2.3.
"""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "carenet.webkit.office.title",
    "SITE_HEADER": "carenet.webkit.office.header",
    "SITE_SUBHEADER": "carenet.webkit.office.subheader",
    "SITE_SYMBOL": "home_health",
    "SITE_URL": lambda request: reverse("portal:desk"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("carenet/img/seal.svg")}
    ],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "THEME": "light",
    "BORDER_RADIUS": "10px",
    "ENVIRONMENT": "carenet.webkit.office.environment",
    "GLOBAL_CALLBACK": "carenet.webkit.office.everywhere",
    "DASHBOARD_CALLBACK": "carenet.webkit.office.dashboard_context",
    "STYLES": [lambda request: static("carenet/office.css")],
    "LANGUAGES": {"action": lambda request: reverse("portal:preferences")},
    "ACCOUNT": {"navigation": "carenet.webkit.office.account_links"},
    "SIDEBAR": {
        "show_search": True,
        "command_search": False,
        "show_all_applications": False,
        "navigation": "carenet.webkit.office.sidebar",
    },
    "COLORS": {
        "base": {
            "50": "#fbf8f2",
            "100": "#f4ede1",
            "200": "#e7dccb",
            "300": "#d5c6b0",
            "400": "#a99680",
            "500": "#75675a",
            "600": "#5c5046",
            "700": "#483e36",
            "800": "#332c26",
            "900": "#241f1a",
            "950": "#17130f",
        },
        "primary": {
            "50": "#eef7f4",
            "100": "#dceeea",
            "200": "#b8ddd5",
            "300": "#86c2b8",
            "400": "#4c9f95",
            "500": "#237f77",
            "600": "#0f5e5a",
            "700": "#0c4d4a",
            "800": "#0a403d",
            "900": "#083532",
            "950": "#041d1c",
        },
        "font": {
            "subtle-light": "var(--color-base-500)",
            "subtle-dark": "var(--color-base-400)",
            "default-light": "var(--color-base-700)",
            "default-dark": "var(--color-base-300)",
            "important-light": "var(--color-base-900)",
            "important-dark": "var(--color-base-100)",
        },
    },
}
# The words stand here so that the translators find them; `office.py` uses them.
SUBHEADER = _("Elderly-care service station")

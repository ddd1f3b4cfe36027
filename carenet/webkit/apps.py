from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebkitConfig(AppConfig):
    name = "carenet.webkit"
    label = "webkit"
    verbose_name = _("Webkit")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CharityConfig(AppConfig):
    name = "charity"
    label = "charity"
    verbose_name = _("Charity")

    def ready(self) -> None:
        from charity import plugs

        plugs.register()

        from charity import field_classes

        field_classes.register()

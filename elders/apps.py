from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EldersConfig(AppConfig):
    name = "elders"
    label = "elders"
    verbose_name = _("Elders")

    def ready(self) -> None:
        """Register what other parts look up by name: notices, jobs, menu items, dashboard cards."""
        from elders import doors

        doors.register()

        from elders import field_classes

        field_classes.register()

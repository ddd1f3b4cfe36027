from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    label = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from meetings import notices, plugs

        notices.register()
        plugs.register()

        from meetings import field_classes

        field_classes.register()

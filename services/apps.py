from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ServicesConfig(AppConfig):
    name = "services"
    label = "services"
    verbose_name = pgettext_lazy("services app", "Services")

    def ready(self) -> None:
        from services import doors

        doors.register()

        from services import field_classes

        field_classes.register()

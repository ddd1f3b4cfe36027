from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolunteersConfig(AppConfig):
    name = "volunteers"
    label = "volunteers"
    verbose_name = _("Volunteers")

    def ready(self) -> None:
        from volunteers import notices, plugs, plugs_shifts, plugs_training

        notices.register_all()
        plugs.register()
        plugs_shifts.register()
        plugs_training.register()

        from volunteers import plugs_bank

        plugs_bank.register()

        from volunteers import field_classes

        field_classes.register()

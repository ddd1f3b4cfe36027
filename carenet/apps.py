"""The project itself is an installed app: its commands replace Django's `migrate` and `flush`."""

from django.apps import AppConfig


class CarenetConfig(AppConfig):
    name = "carenet"
    label = "carenet"
    verbose_name = "carenet"

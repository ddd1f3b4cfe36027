"""carenet runs a community elderly-care service station under the five-social linkage.

Community, social organisations, social workers, volunteers and charity funds work in five domain apps over
this small shared core. The map of the house is in README.md; the laws are in docs/architecture.md.
"""

from carenet.celery import app as celery_app

__all__ = ["celery_app"]

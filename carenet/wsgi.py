"""The WSGI door for granian or gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carenet.settings.dev")
application = get_wsgi_application()

# Everything that is loaded now stays for the life of the process. Without this the collector walks through all of it again and
# again, and some page waits a tenth of a second for that. Source: Python's gc.freeze; benchmarks/search.py.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)

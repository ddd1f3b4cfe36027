"""Plain Python that everybody may use: refusals, months, money, steps, digests, timeline lines.

No models, no web framework beyond lazy translation, no Celery.
"""

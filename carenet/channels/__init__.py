"""Ways out of the station: text messages here; e-mail and chat bots beside. No models.

A backend is a class with one method, named in settings. Source: issue 2 item 6; libraries.md §1.6.
"""

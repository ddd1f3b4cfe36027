#!/usr/bin/env python
"""Run a carenet command: `python manage.py <command>`."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carenet.settings.dev")
    from django.core.management import execute_from_command_line

    from carenet import embedded, ordinary

    try:
        ordinary.go_on(sys.argv[1:])
        embedded.ensure_for(sys.argv[1:])
        execute_from_command_line(sys.argv)
    except embedded.Trouble as trouble:
        sys.exit(f"carenet: {trouble}")


if __name__ == "__main__":
    main()

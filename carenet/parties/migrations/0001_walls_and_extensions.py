"""Extensions, the functions the walls stand on, and what the application role may do by default."""

from __future__ import annotations

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

GRAMS = """
create function parties_grams(t text) returns text[] language sql immutable strict parallel safe as $$
  select coalesce(array_agg(distinct substr(t, i, n)), '{}')
  from generate_series(1, 2) n, generate_series(1, char_length(t) - n + 1) i
$$
"""

APPEND_ONLY = """
create function parties_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append only', tg_table_name using errcode = 'restrict_violation';
end $$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL(GRAMS, "drop function parties_grams(text)"),
        migrations.RunSQL(APPEND_ONLY, "drop function parties_append_only()"),
        migrations.RunSQL(
            [
                "grant usage on schema public to carenet_app, carenet_city",
                "alter default privileges in schema public grant select, insert, update, delete on tables to carenet_app",
                "alter default privileges in schema public grant usage, select on sequences to carenet_app",
                "revoke create on schema public from public",
            ],
            [
                "alter default privileges in schema public revoke usage, select on sequences from carenet_app",
                "alter default privileges in schema public revoke select, insert, update, delete on tables from carenet_app",
                "revoke usage on schema public from carenet_app, carenet_city",
            ],
        ),
    ]

"""The migrated database is the one the models describe (carenet/management/commands/migrate.py builds it in a hurry)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models

pytestmark = pytest.mark.django_db

MODELS = [
    each for each in apps.get_models(include_auto_created=True) if each._meta.managed and not each._meta.proxy
]


def _rows(sql: str) -> set[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {tuple(str(each) for each in row) for row in cursor.fetchall()}


def test_every_table_has_the_columns_of_its_model_and_no_other() -> None:
    found = _rows(
        "SELECT c.relname, a.attname, a.attnotnull FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
    )
    tables = {model._meta.db_table for model in MODELS}
    expected = {
        (model._meta.db_table, field.column, str(not (field.null or field.generated)))
        for model in MODELS
        for field in model._meta.local_concrete_fields
    }
    assert {row for row in found if row[0] in tables} == expected


def test_every_foreign_key_of_a_model_stands_in_the_database_unless_it_says_otherwise() -> None:
    found = _rows(
        "SELECT c.relname, a.attname, t.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
        "JOIN pg_class t ON t.oid = k.confrelid JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] "
        "WHERE k.contype = 'f' AND array_length(k.conkey, 1) = 1"
    )
    expected = {
        (model._meta.db_table, field.column, field.related_model._meta.db_table)
        for model in MODELS
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey) and field.db_constraint
    }
    assert not expected - found


def test_every_constraint_and_index_of_a_model_has_its_name_in_the_database() -> None:
    found = {
        row[0]
        for row in _rows(
            "SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind = 'i'"
        )
    }
    named = {each.name for model in MODELS for each in (*model._meta.constraints, *model._meta.indexes)}
    assert not named - found

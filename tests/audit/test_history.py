"""The row history knows who changed what and from which page, whatever way the change took."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.translation import override
from pghistory.models import Context

from carenet.accounts.models import User
from carenet.audit import history, reports
from carenet.webkit import once
from tests import make


def newest(model, obj):
    return model.events.rel.related_model.objects.filter(pgh_obj_id=obj.pk).order_by("-pgh_id").first()


def test_a_change_on_a_page_keeps_user_and_address(client, staff):
    client.force_login(staff)
    url = reverse("accounts:settings")
    client.post(url, {"language": "en", "text_size": "l", "idempotency_key": once.new_key()})
    event = newest(User, staff)
    assert (event.language, event.pgh_label) == ("en", "update")
    assert event.pgh_context.metadata == {"user": staff.pk, "url": url}


def test_a_bulk_update_leaves_an_event_for_each_row(community, staff):
    people = [make.person(community, name=name) for name in ("王一", "王二")]
    type(people[0]).objects.filter(pk__in=[each.pk for each in people]).update(ethnicity="05")
    assert [newest(type(each), each).ethnicity for each in people] == ["05", "05"]


def test_raw_sql_leaves_an_event(community, staff):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET language = 'en' WHERE id = %s", [staff.pk])
    assert newest(User, staff).language == "en"


@pytest.fixture
def shouting(community):
    """A SQL function that changes a tracked row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.shout(p bigint) RETURNS text LANGUAGE sql AS "
            "$$ UPDATE accounts_user SET display_name = upper(display_name) WHERE id = p RETURNING display_name $$"
        )


def test_a_sql_function_called_through_the_helper_keeps_the_actor(shouting, staff, director):
    staff.display_name = "li"
    staff.save()
    with history.acting(director, "test"):
        assert history.call("SELECT * FROM pg_temp.shout(%s)", [staff.pk]) == [("LI",)]
    assert newest(User, staff).pgh_context.metadata == {"user": director.pk, "url": "test"}


def test_a_bare_select_of_a_function_loses_the_actor_which_is_why_the_helper_exists(
    shouting, staff, director
):
    with history.acting(director, "test"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_temp.shout(%s)", [staff.pk])
    assert newest(User, staff).pgh_context is None


def test_a_context_keeps_its_first_user(community, staff, director):
    with history.acting(director, "test"):
        staff.display_name = "一"
        staff.save()
        with history.acting(staff, "test"):
            staff.display_name = "二"
            staff.save()
    assert newest(User, staff).pgh_context.metadata["user"] == director.pk


def test_contexts_cannot_be_deleted(community, staff, director):
    from django.db import DatabaseError, transaction

    with history.acting(director, "test"):
        staff.display_name = "一"
        staff.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Context.objects.all().delete()


def test_every_tracked_column_has_chinese_words() -> None:
    with override("zh-hans"):
        bare = [
            f"{kind}.{field.name}"
            for kind, model in reports.event_models().items()
            for field in reports.shown_fields(model)
            if not kind.startswith("elders.")  # its newest tables are still being named
            and not any("\u4e00" <= sign <= "\u9fff" for sign in str(reports._column_words(field)))
        ]
    assert not bare

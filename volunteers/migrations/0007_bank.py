"""What happens to coins after they were earned, questions about hours, the reserve; and their walls."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

CHANGING = ("coingrant", "closing", "expiry", "gift", "move", "question", "reserve")
FACTS = ("arrival", "callback", "questionitem")
TRACKED = ("closing", "gift", "move", "question", "reserve")
# A letter of coins is taken in by another community: its code leads to its number, and to nothing else.
MOVE = """
create function volunteers_move(p_code bytea) returns table (community_id bigint, id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select m.community_id, m.id from volunteers_move m where m.code_hash = p_code
$$"""


class Migration(migrations.Migration):
    dependencies = [
        ("charity", "0002_walls"),
        ("elders", "0001_register"),
        ("ledger", "0003_rules_by_trigger"),
        ("parties", "0006_search_by_grams"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("volunteers", "0006_redeem_answers_in_facts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("move_id_there", models.BigIntegerField(unique=True, verbose_name="number of the letter")),
                ("came_from", models.CharField(max_length=120, verbose_name="came from")),
                ("coins", models.PositiveIntegerField(verbose_name="coin-minutes")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "time coins taken in",
                "verbose_name_plural": "time coins taken in",
            },
        ),
        migrations.CreateModel(
            name="CallBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("AGREES", "remembers it so"),
                            ("DIFFERS", "remembers it differently"),
                            ("NOT_REACHED", "not reached"),
                        ],
                        max_length=12,
                        verbose_name="result",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="what was said")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "call about a service",
                "verbose_name_plural": "calls about services",
            },
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[("DIED", "the volunteer has died"), ("GONE", "left for good")],
                        max_length=6,
                        verbose_name="why",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "relation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("SPOUSE", "husband or wife"),
                            ("PARENT", "father or mother"),
                            ("IN_LAW", "father- or mother-in-law"),
                            ("CHILD", "son or daughter"),
                            ("SIBLING", "brother or sister"),
                            ("NEIGHBOUR", "neighbour or friend"),
                        ],
                        max_length=10,
                        verbose_name="relation",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        help_text="papers, wishes, who said so", max_length=200, verbose_name="what was shown"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ASKED", "waits for a second person"),
                            ("DONE", "closed"),
                            ("REFUSED", "not closed"),
                        ],
                        default="ASKED",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("coins", models.PositiveIntegerField(default=0, verbose_name="coin-minutes")),
                ("points", models.PositiveIntegerField(default=0, verbose_name="points")),
            ],
            options={
                "verbose_name": "closing of accounts",
                "verbose_name_plural": "closings of accounts",
            },
        ),
        migrations.CreateModel(
            name="ClosingEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "why",
                    models.CharField(
                        choices=[("DIED", "the volunteer has died"), ("GONE", "left for good")],
                        max_length=6,
                        verbose_name="why",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "relation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("SPOUSE", "husband or wife"),
                            ("PARENT", "father or mother"),
                            ("IN_LAW", "father- or mother-in-law"),
                            ("CHILD", "son or daughter"),
                            ("SIBLING", "brother or sister"),
                            ("NEIGHBOUR", "neighbour or friend"),
                        ],
                        max_length=10,
                        verbose_name="relation",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        help_text="papers, wishes, who said so", max_length=200, verbose_name="what was shown"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ASKED", "waits for a second person"),
                            ("DONE", "closed"),
                            ("REFUSED", "not closed"),
                        ],
                        default="ASKED",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("coins", models.PositiveIntegerField(default=0, verbose_name="coin-minutes")),
                ("points", models.PositiveIntegerField(default=0, verbose_name="points")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CoinGrant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="its first day", verbose_name="month")),
                ("coins", models.PositiveIntegerField(verbose_name="coin-minutes")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("lapses_on", models.DateField(verbose_name="what is left goes back on")),
                ("lapsed_at", models.DateTimeField(blank=True, null=True, verbose_name="gone back at")),
                (
                    "lapsed_coins",
                    models.PositiveIntegerField(default=0, verbose_name="coin-minutes gone back"),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "time coins for a key elder",
                "verbose_name_plural": "time coins for key elders",
            },
        ),
        migrations.CreateModel(
            name="Expiry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("MINUTE", "minutes of service"),
                            ("COIN", "time coins (in coin-minutes, 60 to a coin)"),
                            ("POINT", "points"),
                            ("FEN", "money (fen)"),
                            ("VOUCHER_FEN", "care vouchers (fen)"),
                        ],
                        max_length=12,
                        verbose_name="unit",
                    ),
                ),
                ("ends_on", models.DateField(verbose_name="ends on")),
                ("first_told_at", models.DateTimeField(verbose_name="first told at")),
                ("first_amount", models.PositiveIntegerField(verbose_name="amount first told")),
                ("last_told_at", models.DateTimeField(blank=True, null=True, verbose_name="last told at")),
                ("last_amount", models.PositiveIntegerField(default=0, verbose_name="amount last told")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                ("amount", models.PositiveIntegerField(default=0, verbose_name="ended")),
            ],
            options={
                "verbose_name": "expiry",
                "verbose_name_plural": "expiries",
            },
        ),
        migrations.CreateModel(
            name="Gift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("coins", models.PositiveIntegerField(verbose_name="coin-minutes")),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("SPOUSE", "husband or wife"),
                            ("PARENT", "father or mother"),
                            ("IN_LAW", "father- or mother-in-law"),
                            ("CHILD", "son or daughter"),
                            ("SIBLING", "brother or sister"),
                            ("NEIGHBOUR", "neighbour or friend"),
                        ],
                        max_length=10,
                        verbose_name="relation",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=100, verbose_name="words to the other")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OFFERED", "waiting for a yes"),
                            ("ACCEPTED", "accepted"),
                            ("DECLINED", "declined with thanks"),
                            ("WITHDRAWN", "taken back"),
                            ("EXPIRED", "not answered in time"),
                        ],
                        default="OFFERED",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("offered_at", models.DateTimeField(verbose_name="offered at")),
                ("expires_on", models.DateField(verbose_name="last day for an answer")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
            ],
            options={
                "verbose_name": "gift of time coins",
                "verbose_name_plural": "gifts of time coins",
            },
        ),
        migrations.CreateModel(
            name="GiftEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("coins", models.PositiveIntegerField(verbose_name="coin-minutes")),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("SPOUSE", "husband or wife"),
                            ("PARENT", "father or mother"),
                            ("IN_LAW", "father- or mother-in-law"),
                            ("CHILD", "son or daughter"),
                            ("SIBLING", "brother or sister"),
                            ("NEIGHBOUR", "neighbour or friend"),
                        ],
                        max_length=10,
                        verbose_name="relation",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=100, verbose_name="words to the other")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OFFERED", "waiting for a yes"),
                            ("ACCEPTED", "accepted"),
                            ("DECLINED", "declined with thanks"),
                            ("WITHDRAWN", "taken back"),
                            ("EXPIRED", "not answered in time"),
                        ],
                        default="OFFERED",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("offered_at", models.DateTimeField(verbose_name="offered at")),
                ("expires_on", models.DateField(verbose_name="last day for an answer")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("coins", models.PositiveIntegerField(verbose_name="coin-minutes")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("code_hash", models.BinaryField(max_length=32, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("READY", "waits for the other community"),
                            ("ARRIVED", "arrived"),
                            ("CALLED_BACK", "called back"),
                        ],
                        default="READY",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("arrived_in", models.CharField(blank=True, max_length=120, verbose_name="arrived in")),
            ],
            options={
                "verbose_name": "move of time coins",
                "verbose_name_plural": "moves of time coins",
            },
        ),
        migrations.CreateModel(
            name="MoveEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("coins", models.PositiveIntegerField(verbose_name="coin-minutes")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("READY", "waits for the other community"),
                            ("ARRIVED", "arrived"),
                            ("CALLED_BACK", "called back"),
                        ],
                        default="READY",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("arrived_in", models.CharField(blank=True, max_length=120, verbose_name="arrived in")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("OBJECTION", "A member asked about the published hours."),
                            ("OVERLAP", "Two services were reported for the same time."),
                            (
                                "TRAVEL",
                                "Two services followed each other faster than the way between them takes.",
                            ),
                            ("LOOP", "Two people helped each other for many hours."),
                            ("PAIR", "Very many hours went to one person this month."),
                            (
                                "HOUSEHOLD",
                                "By the register, the volunteer and the person helped live in one home.",
                            ),
                            ("BURST", "Most hours of the month fell on its last three days."),
                            ("CALL_BACK", "The person helped remembers this service differently."),
                        ],
                        max_length=10,
                        verbose_name="about",
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="the same question is asked once", max_length=120, verbose_name="key"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="what was said")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "new"),
                            ("ASKED", "waits for the volunteer's answer"),
                            ("ANSWERED", "waits for the committee"),
                            ("KEPT", "hours stay"),
                            ("TAKEN_BACK", "hours taken back"),
                        ],
                        default="OPEN",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="raised at")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="asked at")),
                ("answer_by", models.DateField(blank=True, null=True, verbose_name="answer until")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                (
                    "reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason of the decision"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
            ],
            options={
                "verbose_name": "question about hours",
                "verbose_name_plural": "questions about hours",
                "ordering": ["-raised_at"],
            },
        ),
        migrations.CreateModel(
            name="QuestionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("OBJECTION", "A member asked about the published hours."),
                            ("OVERLAP", "Two services were reported for the same time."),
                            (
                                "TRAVEL",
                                "Two services followed each other faster than the way between them takes.",
                            ),
                            ("LOOP", "Two people helped each other for many hours."),
                            ("PAIR", "Very many hours went to one person this month."),
                            (
                                "HOUSEHOLD",
                                "By the register, the volunteer and the person helped live in one home.",
                            ),
                            ("BURST", "Most hours of the month fell on its last three days."),
                            ("CALL_BACK", "The person helped remembers this service differently."),
                        ],
                        max_length=10,
                        verbose_name="about",
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="the same question is asked once", max_length=120, verbose_name="key"
                    ),
                ),
                ("month", models.DateField(verbose_name="month")),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="what was said")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "new"),
                            ("ASKED", "waits for the volunteer's answer"),
                            ("ANSWERED", "waits for the committee"),
                            ("KEPT", "hours stay"),
                            ("TAKEN_BACK", "hours taken back"),
                        ],
                        default="OPEN",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("raised_at", models.DateTimeField(verbose_name="raised at")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="asked at")),
                ("answer_by", models.DateField(blank=True, null=True, verbose_name="answer until")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                (
                    "reason",
                    models.CharField(blank=True, max_length=200, verbose_name="reason of the decision"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="QuestionItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "verbose_name": "service in question",
                "verbose_name_plural": "services in question",
            },
        ),
        migrations.CreateModel(
            name="Reserve",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PLEDGE", "hours promised by a volunteer"),
                            ("GROUP", "hours promised by an organisation"),
                            ("FUND", "money set apart"),
                        ],
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                ("minutes", models.PositiveIntegerField(default=0, verbose_name="minutes within a year")),
                ("fen", models.PositiveBigIntegerField(default=0, verbose_name="money set apart (fen)")),
                ("source", models.CharField(max_length=160, verbose_name="promised by, or decision")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "reserve of the time bank",
                "verbose_name_plural": "reserves of the time bank",
            },
        ),
        migrations.CreateModel(
            name="ReserveEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PLEDGE", "hours promised by a volunteer"),
                            ("GROUP", "hours promised by an organisation"),
                            ("FUND", "money set apart"),
                        ],
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                ("minutes", models.PositiveIntegerField(default=0, verbose_name="minutes within a year")),
                ("fen", models.PositiveBigIntegerField(default=0, verbose_name="money set apart (fen)")),
                ("source", models.CharField(max_length=160, verbose_name="promised by, or decision")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="attendance",
            name="volunteers_attendance_credit_is_whole",
        ),
        migrations.AddField(
            model_name="attendance",
            name="overflow",
            field=models.PositiveIntegerField(
                default=0,
                help_text="given to the pool, or waiting for the volunteer's choice",
                verbose_name="coin-minutes beyond the full account",
            ),
        ),
        migrations.AddField(
            model_name="attendance",
            name="served",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.person",
                verbose_name="person helped",
            ),
        ),
        migrations.AlterField(
            model_name="attendance",
            name="why",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("ROUNDED", "Coins are counted in quarters of an hour."),
                        ("SESSION_CAP", "Coins and points of one service are limited."),
                        ("DAY_CAP", "Coins and points of one day are limited."),
                        ("MONTH_CAP", "Coins and points of one month are limited."),
                        ("BALANCE_CAP", "The time coin account is full."),
                        (
                            "NOT_COVERED",
                            "The time bank has promised as many hours as it can keep: new coins pause.",
                        ),
                        ("OVERLAP", "Part of this time was already credited for another service."),
                        ("OWN_HOUSEHOLD", "Help inside one's own household is not credited."),
                        ("NOT_ACTIVE", "The volunteer was not active on that day."),
                    ],
                    max_length=16,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="why less",
            ),
        ),
        migrations.AddIndex(
            model_name="attendance",
            index=models.Index(fields=["community", "recorded_at"], name="volunteers_attendance_told"),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("credited__isnull", False), ("entry__isnull", False), ("hour_minutes__gt", 0)),
                    models.Q(
                        ("coins", 0),
                        ("counted_minutes", 0),
                        ("credited__isnull", True),
                        ("entry__isnull", True),
                        ("hour_minutes", 0),
                        ("overflow", 0),
                        ("points", 0),
                    ),
                    _connector="OR",
                ),
                name="volunteers_attendance_credit_is_whole",
            ),
        ),
        migrations.AddField(
            model_name="arrival",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="arrival",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="arrival",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.entry",
                verbose_name="entry",
            ),
        ),
        migrations.AddField(
            model_name="arrival",
            name="volunteer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="arrivals",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="callback",
            name="attendance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="call_backs",
                to="volunteers.attendance",
                verbose_name="attendance",
            ),
        ),
        migrations.AddField(
            model_name="callback",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="callback",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked by",
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="entry",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.entry",
                verbose_name="entry",
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="heir",
            field=models.ForeignKey(
                blank=True,
                help_text="nobody: the common pool",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="volunteers.volunteer",
                verbose_name="heir",
            ),
        ),
        migrations.AddField(
            model_name="closing",
            name="volunteer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="closings",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="closingevent",
            name="asked_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked by",
            ),
        ),
        migrations.AddField(
            model_name="closingevent",
            name="community",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="closingevent",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="closingevent",
            name="entry",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="ledger.entry",
                verbose_name="entry",
            ),
        ),
        migrations.AddField(
            model_name="closingevent",
            name="heir",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="nobody: the common pool",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.volunteer",
                verbose_name="heir",
            ),
        ),
        migrations.AddField(
            model_name="closingevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="closingevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="volunteers.closing",
            ),
        ),
        migrations.AddField(
            model_name="closingevent",
            name="volunteer",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="coingrant",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="coingrant",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="coingrant",
            name="elder",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="coin_grants",
                to="elders.elder",
                verbose_name="elder",
            ),
        ),
        migrations.AddField(
            model_name="coingrant",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.entry",
                verbose_name="entry",
            ),
        ),
        migrations.AddField(
            model_name="expiry",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="expiry",
            name="entry",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.entry",
                verbose_name="entry",
            ),
        ),
        migrations.AddField(
            model_name="expiry",
            name="volunteer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="expiries",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="giver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gifts_given",
                to="volunteers.volunteer",
                verbose_name="from",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="hold",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.entry",
                verbose_name="set aside",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="offered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="offered by",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="receiver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gifts_offered",
                to="volunteers.volunteer",
                verbose_name="to",
            ),
        ),
        migrations.AddField(
            model_name="giftevent",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="giftevent",
            name="community",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="giftevent",
            name="giver",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.volunteer",
                verbose_name="from",
            ),
        ),
        migrations.AddField(
            model_name="giftevent",
            name="hold",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="ledger.entry",
                verbose_name="set aside",
            ),
        ),
        migrations.AddField(
            model_name="giftevent",
            name="offered_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="offered by",
            ),
        ),
        migrations.AddField(
            model_name="giftevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="giftevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="volunteers.gift",
            ),
        ),
        migrations.AddField(
            model_name="giftevent",
            name="receiver",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.volunteer",
                verbose_name="to",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="hold",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.entry",
                verbose_name="set aside",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="sent_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent by",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="volunteer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="moves",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="moveevent",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="moveevent",
            name="community",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="moveevent",
            name="hold",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="ledger.entry",
                verbose_name="set aside",
            ),
        ),
        migrations.AddField(
            model_name="moveevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="moveevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="volunteers.move",
            ),
        ),
        migrations.AddField(
            model_name="moveevent",
            name="sent_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent by",
            ),
        ),
        migrations.AddField(
            model_name="moveevent",
            name="volunteer",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="answered by",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="raised_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="raised by",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="volunteer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="questions",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="questionevent",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="answered by",
            ),
        ),
        migrations.AddField(
            model_name="questionevent",
            name="community",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="questionevent",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="questionevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="questionevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="volunteers.question",
            ),
        ),
        migrations.AddField(
            model_name="questionevent",
            name="raised_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="raised by",
            ),
        ),
        migrations.AddField(
            model_name="questionevent",
            name="volunteer",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="questionitem",
            name="attendance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="question_items",
                to="volunteers.attendance",
            ),
        ),
        migrations.AddField(
            model_name="questionitem",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="questionitem",
            name="question",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="items", to="volunteers.question"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="attendances",
            field=models.ManyToManyField(
                related_name="questions",
                through="volunteers.QuestionItem",
                to="volunteers.attendance",
                verbose_name="services",
            ),
        ),
        migrations.AddField(
            model_name="reserve",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="reserve",
            name="community",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to="parties.community", verbose_name="community"
            ),
        ),
        migrations.AddField(
            model_name="reserve",
            name="fund",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="charity.fund",
                verbose_name="fund",
            ),
        ),
        migrations.AddField(
            model_name="reserve",
            name="volunteer",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pledges",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="reserveevent",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="reserveevent",
            name="community",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AddField(
            model_name="reserveevent",
            name="fund",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="charity.fund",
                verbose_name="fund",
            ),
        ),
        migrations.AddField(
            model_name="reserveevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="reserveevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="volunteers.reserve",
            ),
        ),
        migrations.AddField(
            model_name="reserveevent",
            name="volunteer",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("result", "NOT_REACHED"), _negated=True),
                fields=("attendance",),
                name="volunteers_callback_one_result",
                violation_error_message="Somebody already wrote down a result for this service.",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result", "DIFFERS"), _negated=True),
                    models.Q(("words", ""), _negated=True),
                    _connector="OR",
                ),
                name="volunteers_callback_differs_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ASKED")),
                fields=("volunteer",),
                name="volunteers_closing_once",
                violation_error_message="These accounts are already being closed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="volunteers_closing_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("heir__isnull", True),
                    models.Q(("heir", models.F("volunteer")), _negated=True),
                    _connector="OR",
                ),
                name="volunteers_closing_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="volunteers_closing_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="closing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "ASKED")),
                    models.Q(
                        models.Q(("state", "ASKED"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="volunteers_closing_decided_with_its_moment",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="closing",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_closingevent" ("asked_at", "asked_by_id", "coins", "community_id", "day", "decided_at", "decided_by_id", "entry_id", "heir_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "reason", "relation", "state", "volunteer_id", "why") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."coins", NEW."community_id", NEW."day", NEW."decided_at", NEW."decided_by_id", NEW."entry_id", NEW."heir_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."points", NEW."reason", NEW."relation", NEW."state", NEW."volunteer_id", NEW."why"); RETURN NULL;',
                    hash="1ecd4191e12210887a35dba26a8b0383f975bff4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c6c61",
                    table="volunteers_closing",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="closing",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "volunteers_closingevent" ("asked_at", "asked_by_id", "coins", "community_id", "day", "decided_at", "decided_by_id", "entry_id", "heir_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "reason", "relation", "state", "volunteer_id", "why") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."coins", NEW."community_id", NEW."day", NEW."decided_at", NEW."decided_by_id", NEW."entry_id", NEW."heir_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."points", NEW."reason", NEW."relation", NEW."state", NEW."volunteer_id", NEW."why"); RETURN NULL;',
                    hash="2721bd501652e6e13068080ccd3a176ac574cd7f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_886f3",
                    table="volunteers_closing",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="coingrant",
            constraint=models.UniqueConstraint(
                fields=("elder", "month"),
                name="volunteers_coingrant_once_a_month",
                violation_error_message="This elder already has the coins of this month.",
            ),
        ),
        migrations.AddConstraint(
            model_name="coingrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("coins__gt", 0)), name="volunteers_coingrant_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="coingrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="volunteers_coingrant_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="coingrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="volunteers_coingrant_first_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="expiry",
            constraint=models.UniqueConstraint(
                fields=("volunteer", "unit", "ends_on"), name="volunteers_expiry_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="expiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount", 0),
                    models.Q(("amount__lte", models.F("last_amount")), ("last_told_at__isnull", False)),
                    _connector="OR",
                ),
                name="volunteers_expiry_never_silently",
            ),
        ),
        migrations.AddConstraint(
            model_name="expiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", 0), ("entry__isnull", True)),
                    models.Q(("amount__gt", 0), ("done_at__isnull", False), ("entry__isnull", False)),
                    _connector="OR",
                ),
                name="volunteers_expiry_booked",
            ),
        ),
        migrations.AddIndex(
            model_name="gift",
            index=models.Index(
                condition=models.Q(("state", "OFFERED")),
                fields=["community", "expires_on"],
                name="volunteers_gift_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(("giver", models.F("receiver")), _negated=True),
                name="volunteers_gift_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(("coins__gt", 0)), name="volunteers_gift_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "OFFERED")),
                    models.Q(
                        models.Q(("state", "OFFERED"), _negated=True),
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="volunteers_gift_closed_with_its_moment",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="gift",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_giftevent" ("closed_at", "closed_by_id", "coins", "community_id", "expires_on", "giver_id", "hold_id", "id", "offered_at", "offered_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "receiver_id", "relation", "state", "words") VALUES (NEW."closed_at", NEW."closed_by_id", NEW."coins", NEW."community_id", NEW."expires_on", NEW."giver_id", NEW."hold_id", NEW."id", NEW."offered_at", NEW."offered_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."receiver_id", NEW."relation", NEW."state", NEW."words"); RETURN NULL;',
                    hash="4098e24a6b0168e18ee0c5f647c5ecae607495ea",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_fdb25",
                    table="volunteers_gift",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="gift",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "volunteers_giftevent" ("closed_at", "closed_by_id", "coins", "community_id", "expires_on", "giver_id", "hold_id", "id", "offered_at", "offered_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "receiver_id", "relation", "state", "words") VALUES (NEW."closed_at", NEW."closed_by_id", NEW."coins", NEW."community_id", NEW."expires_on", NEW."giver_id", NEW."hold_id", NEW."id", NEW."offered_at", NEW."offered_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."receiver_id", NEW."relation", NEW."state", NEW."words"); RETURN NULL;',
                    hash="026eb16b7b69580219830d7fa0e3a99651bacf7e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5c6c0",
                    table="volunteers_gift",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(("coins__gt", 0)), name="volunteers_move_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="volunteers_move_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "READY")),
                    models.Q(
                        models.Q(("state", "READY"), _negated=True),
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="volunteers_move_closed_with_its_moment",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="move",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_moveevent" ("arrived_in", "closed_at", "closed_by_id", "coins", "community_id", "hold_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "sent_at", "sent_by_id", "state", "volunteer_id") VALUES (NEW."arrived_in", NEW."closed_at", NEW."closed_by_id", NEW."coins", NEW."community_id", NEW."hold_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."sent_at", NEW."sent_by_id", NEW."state", NEW."volunteer_id"); RETURN NULL;',
                    hash="c6cf6b56c782451bff0d3d504d96b3ea44a0e860",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f61bd",
                    table="volunteers_move",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="move",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."arrived_in" IS DISTINCT FROM (NEW."arrived_in") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."closed_by_id" IS DISTINCT FROM (NEW."closed_by_id") OR OLD."coins" IS DISTINCT FROM (NEW."coins") OR OLD."community_id" IS DISTINCT FROM (NEW."community_id") OR OLD."hold_id" IS DISTINCT FROM (NEW."hold_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at") OR OLD."sent_by_id" IS DISTINCT FROM (NEW."sent_by_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."volunteer_id" IS DISTINCT FROM (NEW."volunteer_id"))',
                    func='INSERT INTO "volunteers_moveevent" ("arrived_in", "closed_at", "closed_by_id", "coins", "community_id", "hold_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "sent_at", "sent_by_id", "state", "volunteer_id") VALUES (NEW."arrived_in", NEW."closed_at", NEW."closed_by_id", NEW."coins", NEW."community_id", NEW."hold_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."sent_at", NEW."sent_by_id", NEW."state", NEW."volunteer_id"); RETURN NULL;',
                    hash="697d37ca9fb9e646aa15244339089d9dc59f0611",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_541ef",
                    table="volunteers_move",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="questionitem",
            constraint=models.UniqueConstraint(
                fields=("question", "attendance"), name="volunteers_questionitem_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(fields=("community", "key"), name="volunteers_question_once"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("state__in", ["KEPT", "TAKEN_BACK"]), _negated=True),
                        ("decided_at__isnull", True),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["KEPT", "TAKEN_BACK"]),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="volunteers_question_decided_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("raised_by")), _negated=True),
                    _connector="OR",
                ),
                name="volunteers_question_asker_does_not_decide",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at__isnull", True), models.Q(("answer", ""), _negated=True), _connector="OR"
                ),
                name="volunteers_question_answered",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="question",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_questionevent" ("answer", "answer_by", "answered_at", "answered_by_id", "asked_at", "community_id", "decided_at", "decided_by_id", "id", "key", "kind", "month", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raised_at", "raised_by_id", "reason", "state", "volunteer_id", "words") VALUES (NEW."answer", NEW."answer_by", NEW."answered_at", NEW."answered_by_id", NEW."asked_at", NEW."community_id", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."key", NEW."kind", NEW."month", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."raised_at", NEW."raised_by_id", NEW."reason", NEW."state", NEW."volunteer_id", NEW."words"); RETURN NULL;',
                    hash="53751f734100849e7bfc73ebcae89abce46d8d50",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_98f11",
                    table="volunteers_question",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="question",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "volunteers_questionevent" ("answer", "answer_by", "answered_at", "answered_by_id", "asked_at", "community_id", "decided_at", "decided_by_id", "id", "key", "kind", "month", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raised_at", "raised_by_id", "reason", "state", "volunteer_id", "words") VALUES (NEW."answer", NEW."answer_by", NEW."answered_at", NEW."answered_by_id", NEW."asked_at", NEW."community_id", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."key", NEW."kind", NEW."month", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."raised_at", NEW."raised_by_id", NEW."reason", NEW."state", NEW."volunteer_id", NEW."words"); RETURN NULL;',
                    hash="f5be9af0ac2603c1b0e7f04e43660f8cd39c6e2c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8e1d0",
                    table="volunteers_question",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reserve",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("fen", 0),
                        ("fund__isnull", True),
                        ("kind", "PLEDGE"),
                        ("minutes__gt", 0),
                        ("volunteer__isnull", False),
                    ),
                    models.Q(
                        ("fen", 0),
                        ("fund__isnull", True),
                        ("kind", "GROUP"),
                        ("minutes__gt", 0),
                        ("volunteer__isnull", True),
                    ),
                    models.Q(
                        ("fen__gt", 0),
                        ("fund__isnull", False),
                        ("kind", "FUND"),
                        ("minutes", 0),
                        ("volunteer__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="volunteers_reserve_of_its_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="reserve",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="volunteers_reserve_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="reserve",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="volunteers_reserve_has_a_source"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reserve",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "volunteers_reserveevent" ("at", "by_id", "community_id", "fen", "fund_id", "id", "kind", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "valid_from", "valid_to", "volunteer_id") VALUES (NEW."at", NEW."by_id", NEW."community_id", NEW."fen", NEW."fund_id", NEW."id", NEW."kind", NEW."minutes", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source", NEW."valid_from", NEW."valid_to", NEW."volunteer_id"); RETURN NULL;',
                    hash="cee4dab9ba8ee3d1fa973ffea6e426186ee7fad9",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_9835a",
                    table="volunteers_reserve",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reserve",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "volunteers_reserveevent" ("at", "by_id", "community_id", "fen", "fund_id", "id", "kind", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "valid_from", "valid_to", "volunteer_id") VALUES (NEW."at", NEW."by_id", NEW."community_id", NEW."fen", NEW."fund_id", NEW."id", NEW."kind", NEW."minutes", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source", NEW."valid_from", NEW."valid_to", NEW."volunteer_id"); RETURN NULL;',
                    hash="6caafa30186d79140756036bbbc5a1332f8f8425",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_09e06",
                    table="volunteers_reserve",
                    when="AFTER",
                ),
            ),
        ),
        *[step for name in (*CHANGING, *FACTS) for step in walls.guard(f"volunteers_{name}")],
        *[step for name in CHANGING for step in walls.no_delete(f"volunteers_{name}")],
        *[step for name in FACTS for step in walls.append_only(f"volunteers_{name}")],
        *[step for name in TRACKED for step in walls.guard(f"volunteers_{name}event")],
        *[step for name in TRACKED for step in walls.append_only(f"volunteers_{name}event")],
        *walls.steps(
            "volunteers_gift",
            "state",
            {"OFFERED": ["ACCEPTED", "DECLINED", "WITHDRAWN", "EXPIRED"]},
            initial=["OFFERED"],
        ),
        *walls.steps("volunteers_closing", "state", {"ASKED": ["DONE", "REFUSED"]}, initial=["ASKED"]),
        *walls.steps("volunteers_move", "state", {"READY": ["ARRIVED", "CALLED_BACK"]}, initial=["READY"]),
        *walls.steps(
            "volunteers_question",
            "state",
            {
                "OPEN": ["ASKED", "KEPT"],
                "ASKED": ["ANSWERED", "KEPT", "TAKEN_BACK"],
                "ANSWERED": ["KEPT", "TAKEN_BACK"],
            },
            initial=["OPEN", "ASKED"],
        ),
        *walls.frozen(
            "volunteers_gift",
            [
                "community_id",
                "giver_id",
                "receiver_id",
                "coins",
                "relation",
                "words",
                "hold_id",
                "offered_at",
                "offered_by_id",
                "expires_on",
            ],
        ),
        *walls.frozen(
            "volunteers_coingrant",
            ["community_id", "elder_id", "month", "coins", "reason", "lapses_on", "entry_id", "at", "by_id"],
        ),
        *walls.frozen(
            "volunteers_closing",
            [
                "community_id",
                "volunteer_id",
                "why",
                "day",
                "heir_id",
                "relation",
                "reason",
                "asked_at",
                "asked_by_id",
            ],
        ),
        *walls.frozen(
            "volunteers_move",
            [
                "community_id",
                "volunteer_id",
                "coins",
                "reason",
                "code_hash",
                "hold_id",
                "sent_at",
                "sent_by_id",
            ],
        ),
        *walls.frozen(
            "volunteers_question",
            ["community_id", "volunteer_id", "kind", "key", "month", "words", "raised_at", "raised_by_id"],
        ),
        *walls.frozen(
            "volunteers_reserve",
            [
                "community_id",
                "kind",
                "volunteer_id",
                "fund_id",
                "minutes",
                "fen",
                "source",
                "valid_from",
                "at",
                "by_id",
            ],
        ),
        *walls.definer(MOVE, name="volunteers_move", arguments="bytea"),
    ]

"""The rules of a notice in one trigger, fewer indexes, no lock on the community or the author.

Almost every action of the station writes a notice; docs/decisions/0011 says what CHECKs and foreign keys cost there. The
refusals keep the names and SQLSTATEs of the constraints they replace.
"""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from carenet.parties import walls

RULES = """
create function notices_outbox_rules() returns trigger language plpgsql as $$
declare
  v_broken text;
begin
  v_broken := case
    when num_nonnulls(new.to_user_id, new.to_person_id) + (new.to_role <> '')::int <> 1
      and not (new.channel in ('BOT', 'CONSOLE') and new.to_role = '' and new.to_user_id is null and new.to_person_id is null)
      then 'notices_outbox_one_recipient'
    when (new.state = 'SENT') <> (new.sent_at is not null) then 'notices_outbox_sent_has_a_time'
    when new.state = 'FAILED' and (new.failed_at is null or new.last_error = '') then 'notices_outbox_failed_has_a_time'
    when (new.state = 'CLAIMED') <> (new.claim is not null) or new.state = 'CLAIMED' and new.claimed_at is null
      then 'notices_outbox_claimed_has_a_claim'
    when new.attempts < 0 then 'notices_outbox_attempts_check'
  end;
  if v_broken is not null then
    raise exception 'a notice of community % breaks %', new.community_id, v_broken using errcode = 'check_violation',
      constraint = v_broken, table = 'notices_outbox';
  end if;
  return new;
end $$"""

RULE_NAMES = (
    "notices_outbox_one_recipient",
    "notices_outbox_sent_has_a_time",
    "notices_outbox_failed_has_a_time",
    "notices_outbox_claimed_has_a_claim",
)


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_due_across_walls")]
    operations = [
        *[migrations.RemoveConstraint(model_name="outbox", name=name) for name in RULE_NAMES],
        migrations.AlterField(
            model_name="outbox",
            name="attempts",
            field=models.SmallIntegerField(db_default=0, verbose_name="attempts"),
        ),
        migrations.AlterField(
            model_name="outbox",
            name="by",
            field=models.ForeignKey(
                blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="caused by",
            ),
        ),
        migrations.AlterField(
            model_name="outbox",
            name="community",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to="parties.community",
                verbose_name="community",
            ),
        ),
        migrations.AlterField(
            model_name="outbox",
            name="to_person",
            field=models.ForeignKey(
                blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="notices",
                to="parties.person", verbose_name="to the person",
            ),
        ),
        migrations.AlterField(
            model_name="outbox",
            name="to_user",
            field=models.ForeignKey(
                blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="notices",
                to=settings.AUTH_USER_MODEL, verbose_name="to the account",
            ),
        ),
        *walls.sql(
            [
                RULES,
                "create trigger notices_outbox_rules before insert or update on notices_outbox "
                "for each row execute function notices_outbox_rules()",
            ],
            ["drop trigger notices_outbox_rules on notices_outbox", "drop function notices_outbox_rules()"],
        ),
    ]  # fmt: skip

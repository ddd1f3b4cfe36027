"""Services for points and statements are switches of §4.3."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0006_search_by_grams'),
        ('volunteers', '0013_team_accounts_weights_titles'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='policy',
            name='volunteers_policy_within_limits',
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('key__in', ['answer_days', 'balance_cap_minutes', 'balance_overflow', 'burst_minutes', 'burst_percent', 'call_back_percent', 'cap_day_minutes', 'cap_month_minutes', 'cap_session_minutes', 'channel_services', 'channel_statement', 'coin_minutes_per_hour', 'coin_months', 'continuing_minutes_per_year', 'cost_of_an_hour', 'dispute_days', 'dormant_days', 'expiry_first_warning', 'expiry_last_warning', 'gift_allowed', 'gift_days', 'gift_relatives_only', 'grant_minutes', 'group_account', 'heavy_shift_age', 'inherit_to_heir', 'loop_minutes', 'move_allowed', 'pair_minutes', 'point_months', 'point_value_fen', 'points_per_hour', 'points_percent', 'recruit_days', 'recruit_points', 'redeem_for_relatives', 'redeem_min_age', 'rounding_minutes', 'shift_reminder_hours', 'slip_grace_days', 'solvency_action', 'solvency_limit', 'star_1_hours', 'star_2_hours', 'star_3_hours', 'star_4_hours', 'star_5_hours', 'step_back_hours', 'travel_speed', 'weight_a', 'weight_b', 'weight_c']), _negated=True), models.Q(('key__in', ['channel_services', 'channel_statement', 'gift_allowed', 'gift_relatives_only', 'group_account', 'inherit_to_heir', 'move_allowed', 'redeem_for_relatives']), ('value__gte', 0), ('value__lte', 1)), models.Q(('key__in', ['balance_overflow', 'solvency_action']), ('value__gte', 0), ('value__lte', 2)), models.Q(('key__in', ['call_back_percent']), ('value__gte', 0), ('value__lte', 100)), models.Q(('key__in', ['redeem_min_age']), ('value__gte', 0), ('value__lte', 120)), models.Q(('key__in', ['coin_minutes_per_hour']), ('value__gte', 0), ('value__lte', 240)), models.Q(('key__in', ['shift_reminder_hours', 'step_back_hours']), ('value__gte', 0), ('value__lte', 336)), models.Q(('key__in', ['slip_grace_days']), ('value__gte', 0), ('value__lte', 365)), models.Q(('key__in', ['coin_months', 'point_months']), ('value__gte', 0), ('value__lte', 600)), models.Q(('key__in', ['points_per_hour']), ('value__gte', 0), ('value__lte', 1000)), models.Q(('key__in', ['point_value_fen', 'recruit_points']), ('value__gte', 0), ('value__lte', 10000)), models.Q(('key__in', ['grant_minutes']), ('value__gte', 0), ('value__lte', 44640)), models.Q(('key__in', ['continuing_minutes_per_year']), ('value__gte', 0), ('value__lte', 100000)), models.Q(('key__in', ['answer_days', 'dispute_days', 'rounding_minutes']), ('value__gte', 1), ('value__lte', 60)), models.Q(('key__in', ['burst_percent']), ('value__gte', 1), ('value__lte', 100)), models.Q(('key__in', ['travel_speed']), ('value__gte', 1), ('value__lte', 200)), models.Q(('key__in', ['expiry_first_warning', 'expiry_last_warning', 'gift_days', 'recruit_days']), ('value__gte', 1), ('value__lte', 365)), models.Q(('key__in', ['solvency_limit']), ('value__gte', 1), ('value__lte', 1000)), models.Q(('key__in', ['cap_day_minutes', 'cap_session_minutes']), ('value__gte', 1), ('value__lte', 1440)), models.Q(('key__in', ['dormant_days']), ('value__gte', 1), ('value__lte', 3650)), models.Q(('key__in', ['burst_minutes', 'cap_month_minutes', 'loop_minutes', 'pair_minutes']), ('value__gte', 1), ('value__lte', 44640)), models.Q(('key__in', ['star_1_hours', 'star_2_hours', 'star_3_hours', 'star_4_hours', 'star_5_hours']), ('value__gte', 1), ('value__lte', 100000)), models.Q(('key__in', ['cost_of_an_hour']), ('value__gte', 1), ('value__lte', 1000000)), models.Q(('key__in', ['heavy_shift_age']), ('value__gte', 18), ('value__lte', 120)), models.Q(('key__in', ['weight_a', 'weight_b', 'weight_c']), ('value__gte', 50), ('value__lte', 300)), models.Q(('key__in', ['balance_cap_minutes']), ('value__gte', 60), ('value__lte', 6000000)), models.Q(('key__in', ['points_percent']), ('value__gte', 100), ('value__lte', 300)), _connector='OR'), name='volunteers_policy_within_limits', violation_error_message='This value lies outside the limits of the setting.'),
        ),
    ]

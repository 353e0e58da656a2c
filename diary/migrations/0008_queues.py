"""Queues whose rows are claimed and put on the wire without a write to any index."""

from django.db import migrations, models

UNDER_WAY = ("pending", "retry", "claimed", "on_wire")
# Nearly every row is written anew, which may take longer than any statement of the application.
_LIFT = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"
_WITHOUT_LIMITS = migrations.RunSQL(_LIFT, migrations.RunSQL.noop)
_AND_BACK = migrations.RunSQL(migrations.RunSQL.noop, _LIFT)


class Migration(migrations.Migration):
    dependencies = [("diary", "0007_exports")]

    operations = [
        _WITHOUT_LIMITS,
        migrations.RemoveIndex(model_name="delivery", name="delivery_leased"),
        migrations.RemoveIndex(model_name="delivery", name="delivery_waiting"),
        migrations.RemoveIndex(model_name="occurrence", name="occurrence_planned"),
        migrations.AlterField(
            model_name="delivery",
            name="next_attempt_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="occurrence",
            name="send_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(
            """
            ALTER TABLE delivery SET (fillfactor = 50);
            ALTER TABLE occurrence SET (fillfactor = 50);
            UPDATE delivery SET next_attempt_at = NULL
            WHERE state NOT IN ('pending', 'retry', 'claimed', 'on_wire');
            UPDATE occurrence SET send_at = NULL WHERE state <> 'planned';
            """,
            """
            UPDATE delivery SET next_attempt_at = expires_at WHERE next_attempt_at IS NULL;
            UPDATE occurrence SET send_at = due_at WHERE send_at IS NULL;
            ALTER TABLE delivery RESET (fillfactor);
            ALTER TABLE occurrence RESET (fillfactor);
            """,
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("next_attempt_at__isnull", False)),
                fields=["channel", "next_attempt_at"],
                name="delivery_under_way",
            ),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(
                condition=models.Q(("send_at__isnull", False)),
                fields=["send_at"],
                name="occurrence_to_send",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(state__in=UNDER_WAY, next_attempt_at__isnull=False),
                    models.Q(
                        models.Q(("state__in", UNDER_WAY), _negated=True),
                        ("next_attempt_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="delivery_under_way_has_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="occurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("send_at__isnull", False), ("state", "planned")),
                    models.Q(
                        models.Q(("state", "planned"), _negated=True),
                        ("send_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="occurrence_planned_has_instant",
            ),
        ),
        _AND_BACK,
    ]

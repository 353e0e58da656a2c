import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("diary", "0004_reminders")]

    operations = [
        migrations.AlterField(
            model_name="occurrence",
            name="user",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RemoveField(model_name="reportedzone", name="interrupted"),
        migrations.AddField(
            model_name="reportedzone",
            name="steady_since",
            field=models.DateTimeField(null=True),
        ),
    ]

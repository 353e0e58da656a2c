from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("diary", "0004_reminders"),
    ]

    operations = [
        migrations.AddField(
            model_name="device",
            name="refusals",
            field=models.SmallIntegerField(default=0),
        ),
    ]

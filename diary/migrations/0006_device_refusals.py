from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("diary", "0005_planning"),
    ]

    operations = [
        migrations.AddField(
            model_name="device",
            name="refusals",
            field=models.SmallIntegerField(default=0),
        ),
    ]

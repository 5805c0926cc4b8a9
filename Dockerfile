# Dondoc as a container: configuration mounted at /app/config, state at /app/state. Without the demonstration's packages.
FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 dondoc
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY service service
COPY mail_templates mail_templates
COPY config config
RUN mkdir -m 700 state && chown dondoc state
USER dondoc
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
VOLUME ["/app/state"]
ENTRYPOINT ["python", "-m", "service.cli"]
CMD ["run"]

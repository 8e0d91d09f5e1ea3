# A demo for strangers; how to run it, and what it needs: docs/hosting.md.
FROM python:3.11-slim

WORKDIR /app
COPY packages.txt requirements.txt ./
RUN apt-get update \
    && xargs --arg-file=packages.txt apt-get install --yes --no-install-recommends \
    && rm --recursive --force /var/lib/apt/lists/* \
    && pip install --no-cache-dir --requirement requirements.txt

# Hugging Face Spaces runs containers as this user.
RUN useradd --uid 1000 --create-home lineament \
    && install --directory --owner=lineament --group=lineament /data
COPY .streamlit/config.toml .streamlit/
COPY core core
COPY pages pages
COPY app.py ./
RUN python -m compileall -q core pages app.py

USER lineament
# Everything that is written goes to /data and /tmp, so that the root may be read-only. A proxy comes from a
# private network here, and is believed what it says of visitors' addresses; otherwise all would be one visitor.
ENV HOME=/tmp \
    FORWARDED_ALLOW_IPS=127.0.0.1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16 \
    KERAS_HOME=/data/keras \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LINEAMENT_MODE=demo \
    LINEAMENT_ARTIFACTS=/data/artifacts \
    LINEAMENT_LOG_FORMAT=json \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_MAX_UPLOAD_SIZE=10 \
    STREAMLIT_SERVER_MAX_MESSAGE_SIZE=10 \
    STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL=30 \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none \
    STREAMLIT_CLIENT_SHOW_ERROR_DETAILS=none \
    STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true
# STREAMLIT_SERVER_ALLOWED_HOSTS, the host's own name, is left to whoever runs it: without, it does not start.
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", \
    "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=8501"]

# Inkling in a container; docs/deploy.md says how to run it.
ARG PYTHON=3.13

# What installs stays behind in a stage of its own.
FROM python:${PYTHON}-slim-bookworm AS packages
COPY requirements.txt ./
# Packages that an owner wants besides, such as those of the extra "monitoring"
ARG MORE=""
RUN python -m venv --without-pip /opt/packages \
    && python -m pip --python /opt/packages/bin/python install \
        --no-cache-dir --disable-pip-version-check --root-user-action=ignore -r requirements.txt ${MORE} \
    && rm -r /opt/packages/lib/python3.*/site-packages/tensorflow/include
# 290 MB of C++ headers, which only extensions of TensorFlow need

FROM python:${PYTHON}-slim-bookworm
RUN useradd --uid 10001 --no-create-home --home-dir /data inkling \
    && install --directory --owner inkling --group inkling /data
COPY --from=packages /opt/packages /opt/packages
WORKDIR /app
COPY . ./
RUN python -m compileall -q .

# All that is written goes to /data: models, runs, uploads, and digits that were downloaded.
ENV PATH=/opt/packages/bin:$PATH \
    HOME=/data \
    INKLING_HOME=/data \
    PYTHONUNBUFFERED=1 \
    STREAMLIT_SERVER_HEADLESS=true
USER 10001:10001
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-m", "deploy.health"]
CMD ["streamlit", "run", "app.py"]

# reportgen as a container: no root, nothing written but to /tmp and to what is mounted. See docs/deploy.md.
FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
ARG EXTRAS=s3,postgresql,sqlite,duckdb,delta
RUN python3 -m venv /opt/reportgen \
 && /opt/reportgen/bin/pip install --no-cache-dir -c requirements.lock -c requirements-dev.lock ".[${EXTRAS}]"

FROM debian:bookworm-slim
# Fonts for other scripts: fonts-noto-core (Arabic, Thai, Indic …), fonts-noto-cjk, fonts-noto-color-emoji.
ARG FONTS="fonts-dejavu-core"
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 tini libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    fontconfig ca-certificates ${FONTS} \
 && rm -rf /var/lib/apt/lists/* \
 && fc-cache --system-only \
 && useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin reportgen
COPY --from=build /opt/reportgen /opt/reportgen
ENV PATH=/opt/reportgen/bin:$PATH HOME=/tmp REPORTGEN_CACHE=/tmp/cache PYTHONUNBUFFERED=1
USER 10001
WORKDIR /reports
# A picture without its fonts, or a library that does not load, fails here and not at night.
RUN reportgen doctor
ENTRYPOINT ["tini", "--", "reportgen"]
CMD ["--help"]

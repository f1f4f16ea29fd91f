# Builds the web interface, then the program that holds it, then the image that runs it.
#
# docker build -t vetrina:0.1.0 .
#
# Layers are ordered by how often they change, and what cargo has compiled stays in a cache of the
# builder, so that an upgrade compiles only what is not the same.

FROM node:22.22.2-bookworm-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM rust:1.95.0-bookworm AS program
WORKDIR /build
# The interface comes from the stage above, so this one needs no Node.js.
ENV VETRINA_WEB_DIST=/build/web/dist
COPY Cargo.toml Cargo.lock build.rs ./
COPY fuzz fuzz
COPY benches benches
COPY migrations migrations
COPY demo demo
COPY src src
COPY --from=web /build/web/dist web/dist
# The cache is no part of the layer, so the program is taken out of it in the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/build/target,sharing=locked \
    cargo build --locked --release \
    && install -D target/release/vetrina /out/vetrina

FROM debian:12.14-slim
# Stripe and mail servers are believed by the system's certificates.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 vetrina \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin vetrina \
    && install --directory --owner=vetrina --group=vetrina --mode=0750 /data /backups
COPY --from=program /out/vetrina /usr/local/bin/vetrina
ENV VETRINA_LISTEN=0.0.0.0:8080 VETRINA_DATA=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
# Open requests have 30 seconds after this; give the container 40 before it is killed.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 CMD ["vetrina", "healthcheck"]
ENTRYPOINT ["vetrina"]
CMD ["serve"]

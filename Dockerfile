# The hub in a container: docs/hub.md#docker
FROM node:22-bookworm-slim AS install
WORKDIR /app
COPY package.json package-lock.json ./
# Of the package node only its program is needed: the other copies of it are removed.
RUN npm ci --omit=dev --no-audit --no-fund && rm -rf node_modules/node/node_modules

FROM node:22-bookworm-slim
WORKDIR /app
COPY --from=install /app/node_modules ./node_modules
COPY package.json hub.ts hub-commands.ts operations.ts ./
COPY lib ./lib
COPY authentication ./authentication
COPY triggers ./triggers
COPY searches ./searches
COPY actions ./actions
COPY channels ./channels
COPY recipes ./recipes
COPY sandbox ./sandbox
# The key is kept apart from the data, so that a copy of the data does not contain it.
RUN mkdir /data /key && chown node:node /data /key && chmod 700 /data /key
# For the sandbox. A tmpfs in its place takes over the mode, not the owner.
RUN mkdir -m 1777 .local
USER node
ENV HUB_DATA=/data HUB_KEY_FILE=/key/hub.key HUB_LISTEN=0.0.0.0
# Less memory: tools/run.mjs
ENV MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=65536
# Also for the commands of docs/hub.md#docker
ENV NODE_OPTIONS=--disable-warning=ExperimentalWarning
VOLUME ["/data", "/key"]
EXPOSE 4170 4171
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=1m --timeout=10s --start-period=30s CMD ["node", "-e", "const { HUB_PUBLIC_URL: url, HUB_PUBLIC_PORT: open, HUB_PORT: own } = process.env; fetch(`http://127.0.0.1:${url ? open || 4171 : own || 4170}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# The Node.js that npm has installed has a SQLite that is new enough.
ENTRYPOINT ["node_modules/node/bin/node", "hub.ts"]

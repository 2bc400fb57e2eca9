FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install script: the runtime is the image's own.
RUN npm ci --ignore-scripts
COPY . .
RUN ./node_modules/.bin/tsc -p tsconfig.json && node scripts/build-cli.mjs

FROM node:24-slim AS modules
WORKDIR /app
COPY package.json package-lock.json ./
# Without the embedded PostgreSQL, which is optional.
RUN npm ci --ignore-scripts --omit=dev --omit=optional

FROM node:24-slim
LABEL org.opencontainers.image.title="Rollcall" \
  org.opencontainers.image.description="Which artifact digest runs where, since when, who said so, and where it came from" \
  org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production ROLLCALL_HOST=0.0.0.0 ROLLCALL_PORT=4000
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE README.md ./
COPY bin bin
COPY graphql graphql
COPY trusted-roots trusted-roots
COPY examples examples
# The folder for the first token; a volume that is mounted here keeps this owner.
RUN mkdir /var/lib/rollcall && chown node:node /var/lib/rollcall
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ROLLCALL_PORT}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# There is no PostgreSQL in the image: without DATABASE_URL it says so and stops.
CMD ["sh", "-c", ": \"${DATABASE_URL:?set DATABASE_URL to a PostgreSQL 15 or newer}\" && exec node --max-semi-space-size=64 bin/rollcall.js serve"]

// Express with the middleware `cors` in front of a handler that answers 200.
//
// `origin` is an array of strings and, for patterns, of anchored RegExps, or '*'. `*` in methods and headers
// is given as it stands; with credentials, where browsers take it literally, `allowedHeaders` is left
// out, which mirrors, and there is no way to allow any method.

import { createServer } from 'node:http'
import cors from 'cors'
import express from 'express'
import { hasOnlyCommonFields, isAny, isAnyHeader, matchers, methods } from '../node/policy.js'
import { Skip, installedVersion, run } from '../node/protocol.js'

function options(policy) {
  hasOnlyCommonFields(policy, null)
  if (isAny(policy.allow_methods) && policy.allow_credentials) {
    throw new Skip('no way to allow any method with credentials')
  }
  return {
    origin: isAny(policy.allow_origins) ? '*' : matchers(policy),
    methods: isAny(policy.allow_methods) ? '*' : methods(policy),
    allowedHeaders: isAnyHeader(policy) && policy.allow_credentials ? undefined : (policy.allow_headers ?? []),
    exposedHeaders: policy.expose_headers ?? [],
    credentials: policy.allow_credentials ?? false,
    maxAge: policy.max_age ?? undefined,
    optionsSuccessStatus: policy.preflight_status ?? 204,
  }
}

function start(policy, handlerRuns) {
  const app = express()
  app.use(cors(options(policy)))
  app.all('/', (_, response) => {
    handlerRuns()
    response.status(200).end()
  })
  return createServer(app)
}

await run({
  name: 'express cors',
  version: installedVersion('cors', import.meta.url),
  homepage: 'https://www.npmjs.com/package/cors',
  start,
})

// Fastify with @fastify/cors and a route that answers 200.
//
// `origin` is an array of strings and, for patterns, of anchored RegExps, or '*'. `*` in methods and headers
// is given as it stands; with credentials, where browsers take it literally, `allowedHeaders` is left
// out, which mirrors, and there is no way to allow any method. All else is as the plugin has it by default.

import { METHODS } from 'node:http'
import cors from '@fastify/cors'
import fastify from 'fastify'
import { hasOnlyCommonFields, isAny, isAnyHeader, matchers, methods } from '../node/policy.js'
import { Skip, installedVersion, run } from '../node/protocol.js'

function options(policy) {
  hasOnlyCommonFields(policy, null)
  if (isAny(policy.allow_methods) && policy.allow_credentials) {
    throw new Skip('no way to allow any method with credentials')
  }
  const given = {
    origin: isAny(policy.allow_origins) ? '*' : matchers(policy),
    methods: isAny(policy.allow_methods) ? '*' : methods(policy),
    credentials: policy.allow_credentials ?? false,
    optionsSuccessStatus: policy.preflight_status ?? 204,
  }
  if (!(isAnyHeader(policy) && policy.allow_credentials)) given.allowedHeaders = policy.allow_headers ?? []
  if (policy.expose_headers?.length) given.exposedHeaders = policy.expose_headers
  if (policy.max_age != null) given.maxAge = policy.max_age
  return given
}

async function start(policy, handlerRuns) {
  const app = fastify()
  // A route for every method, and a body of every type.
  for (const method of METHODS) {
    if (!app.supportedMethods.includes(method) && method !== 'CONNECT') app.addHttpMethod(method)
  }
  app.addContentTypeParser('*', (_, body, done) => {
    body.resume()
    done(null)
  })
  await app.register(cors, options(policy))
  app.all('/', (_, reply) => {
    handlerRuns()
    reply.code(200).send()
  })
  await app.ready()
  return app.server
}

await run({
  name: '@fastify/cors',
  version: installedVersion('@fastify/cors', import.meta.url),
  homepage: 'https://www.npmjs.com/package/@fastify/cors',
  start,
})

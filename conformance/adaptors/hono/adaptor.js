// Hono's middleware `cors` in front of a handler that answers 200, served by @hono/node-server.
//
// `origin` is an array of strings, or '*'; where there are patterns, a function with anchored RegExps, since
// that is what its documentation has for subdomains. `*` in methods and headers is given as it stands; with
// credentials, where browsers take it literally, `allowHeaders` is left out, which mirrors, and
// `allowMethods` is a function that gives the method that is asked for.

import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { hasOnlyCommonFields, isAny, isAnyHeader, matchers, matches, methods } from '../node/policy.js'
import { installedVersion, run } from '../node/protocol.js'

function origins(policy) {
  if (isAny(policy.allow_origins)) return '*'
  const list = matchers(policy)
  const hasPatterns = list.some((matcher) => matcher instanceof RegExp)
  return hasPatterns ? (origin) => (matches(list, origin) ? origin : null) : list
}

function allowedMethods(policy) {
  if (!isAny(policy.allow_methods)) return methods(policy)
  if (!policy.allow_credentials) return ['*']
  return (_, context) => [context.req.header('access-control-request-method')].filter(Boolean)
}

function options(policy) {
  hasOnlyCommonFields(policy, 204)
  return {
    origin: origins(policy),
    allowMethods: allowedMethods(policy),
    allowHeaders: isAnyHeader(policy) && policy.allow_credentials ? [] : (policy.allow_headers ?? []),
    exposeHeaders: policy.expose_headers ?? [],
    credentials: policy.allow_credentials ?? false,
    maxAge: policy.max_age ?? undefined,
  }
}

function start(policy, handlerRuns) {
  const app = new Hono()
  app.use('*', cors(options(policy)))
  app.all('/', (context) => {
    handlerRuns()
    return context.body(null, 200)
  })
  return createAdaptorServer({ fetch: app.fetch })
}

await run({
  name: 'hono',
  version: installedVersion('hono', import.meta.url),
  homepage: 'https://www.npmjs.com/package/hono',
  start,
})

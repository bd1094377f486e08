// Koa with @koa/cors in front of a handler that answers 200.
//
// It takes one origin or a function; `origin` is a function that looks the request's origin up in the list,
// anchored RegExps for patterns, or is left out for `*`. `*` in methods and headers is given as it stands; with
// credentials, where browsers take it literally, `allowHeaders` is left out, which mirrors, and there is no way
// to allow any method.

import { createServer } from 'node:http'
import cors from '@koa/cors'
import Koa from 'koa'
import { hasOnlyCommonFields, isAny, isAnyHeader, matchers, matches, methods } from '../node/policy.js'
import { Skip, installedVersion, run } from '../node/protocol.js'

function origins(policy) {
  if (isAny(policy.allow_origins)) return undefined
  const list = matchers(policy)
  return (context) => (matches(list, context.get('origin')) ? context.get('origin') : '')
}

function options(policy) {
  hasOnlyCommonFields({ ...policy, allow_private_network: false }, 204)
  if (isAny(policy.allow_methods) && policy.allow_credentials) {
    throw new Skip('no way to allow any method with credentials')
  }
  const mirrors = isAnyHeader(policy) && policy.allow_credentials
  return {
    origin: origins(policy),
    allowMethods: isAny(policy.allow_methods) ? '*' : methods(policy),
    allowHeaders: mirrors ? undefined : (policy.allow_headers ?? []),
    exposeHeaders: policy.expose_headers ?? [],
    credentials: policy.allow_credentials ?? false,
    maxAge: policy.max_age ?? undefined,
    privateNetworkAccess: policy.allow_private_network ?? false,
  }
}

function start(policy, handlerRuns) {
  const app = new Koa()
  app.silent = true
  app.use(cors(options(policy)))
  app.use((context) => {
    handlerRuns()
    context.status = 200
    context.body = null
    context.status = 200
  })
  return createServer(app.callback())
}

await run({
  name: '@koa/cors',
  version: installedVersion('@koa/cors', import.meta.url),
  homepage: 'https://www.npmjs.com/package/@koa/cors',
  start,
})

// h3's handleCors as a middleware in front of a handler that answers 200, served by node:http.
//
// `origin` is an array of strings and, for patterns, of anchored RegExps, or '*', which it also has for methods,
// headers and exposed headers; `*` beside `authorization` is '*', which mirrors.

import { createServer } from 'node:http'
import { H3, handleCors } from 'h3'
import { toNodeHandler } from 'h3/node'
import { hasOnlyCommonFields, isAny, isAnyHeader, matchers, methods } from '../node/policy.js'
import { installedVersion, run } from '../node/protocol.js'

// Standard output is the protocol's.
console.warn = () => {}

function options(policy) {
  hasOnlyCommonFields(policy, null)
  return {
    origin: isAny(policy.allow_origins) ? '*' : matchers(policy),
    methods: isAny(policy.allow_methods) ? '*' : methods(policy),
    allowHeaders: isAnyHeader(policy) ? '*' : (policy.allow_headers ?? []),
    exposeHeaders: isAny(policy.expose_headers) ? '*' : (policy.expose_headers ?? []),
    credentials: policy.allow_credentials ?? false,
    maxAge: policy.max_age == null ? false : String(policy.max_age),
    preflight: { statusCode: policy.preflight_status ?? 204 },
  }
}

function start(policy, handlerRuns) {
  const given = options(policy)
  const app = new H3()
  app.use((event) => {
    const answered = handleCors(event, given)
    if (answered !== false) return answered
  })
  app.all('/**', () => {
    handlerRuns()
    return ''
  })
  return createServer(toNodeHandler(app))
}

await run({
  name: 'h3',
  version: installedVersion('h3', import.meta.url),
  homepage: 'https://www.npmjs.com/package/h3',
  start,
})

// A policy document in the terms of JavaScript's middlewares.

import { Skip } from './protocol.js'

const isStrings = (value) => Array.isArray(value) && value.every((item) => typeof item === 'string')
const isSwitch = (value) => typeof value === 'boolean'

const FIELDS = {
  allow_origins: isStrings,
  allow_methods: isStrings,
  allow_headers: isStrings,
  expose_headers: isStrings,
  allow_credentials: isSwitch,
  max_age: (value) => value === null || Number.isInteger(value),
  preflight_status: Number.isInteger,
  allow_private_network: isSwitch,
  diagnostics: isSwitch,
  dynamic_origins: isSwitch,
  dangerously_allow_null_origin: isSwitch,
  dangerously_allow_insecure_origins: isSwitch,
  dangerously_allow_public_suffix_wildcards: isSwitch,
}

/** Whether this is a policy document, which is no question to an implementation. */
export const isDocument = (value) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) &&
  Object.entries(value).every(([name, field]) => Object.hasOwn(FIELDS, name) && FIELDS[name](field))

export const isAny = (list) => list?.length === 1 && list[0] === '*'

/** Whether every request header is allowed, `authorization` perhaps left out. */
export const isAnyHeader = (policy) => policy.allow_headers?.includes('*') ?? false

/** The methods to list where an implementation holds no method to be allowed by itself. */
export const methods = (policy) => [...new Set(['GET', 'HEAD', 'POST', ...(policy.allow_methods ?? [])])]

/** Skips what no middleware here has; `status` is that of its preflights, null if it can be chosen. */
export function hasOnlyCommonFields(policy, status) {
  if (status && (policy.preflight_status ?? status) !== status) {
    throw new Skip(`a preflight is always answered with ${status}`)
  }
  if (policy.diagnostics) throw new Skip('no diagnostics')
  if (policy.dynamic_origins) throw new Skip('the policy names no origins')
  if (policy.allow_private_network) throw new Skip('no Private Network Access')
}

/**
 * Origins as they are, and for a pattern the regular expression that a careful user writes: anchored at
 * both ends, dots escaped, labels and ports spelt out.
 */
export function matchers(policy) {
  return (policy.allow_origins ?? []).map((origin) => (origin.includes('*') && origin !== '*' ? asRegExp(origin) : origin))
}

/** Whether `origin` is one of matchers(), for a middleware that asks a function. */
export const matches = (list, origin) =>
  list.some((matcher) => (matcher instanceof RegExp ? matcher.test(origin) : matcher === origin))

function asRegExp(pattern) {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/(\*\.)?([^:/]+|\[[0-9a-f:.]+\])(:[0-9]+|:\*)?$/.exec(pattern)
  if (!parts) throw new Skip('no such wildcard')
  const [, scheme, subdomains, host, port = ''] = parts
  const escape = (text) => text.replace(/[.+\-[\]]/g, '\\$&')
  return new RegExp([
    '^', escape(scheme), '://', subdomains ? '([a-z0-9_-]{1,63}\\.)+' : '',
    escape(host).replace('*', '[a-z0-9-]+'), port === ':*' ? '(:[1-9][0-9]{0,4})?' : port, '$',
  ].join(''))
}

// The oracle protocol, as an adaptor in JavaScript speaks it: lines of JSON on standard input, an
// answer to each on standard output.
//
// An adaptor gives run() its name and a function that starts a server for a policy on 127.0.0.1, with a
// handler that answers 200 with no headers. Requests go to it over a socket, byte for byte.

import { createInterface } from 'node:readline'
import { readFileSync } from 'node:fs'
import { ask } from './ask.js'
import { isDocument } from './policy.js'

/** The implementation, or HTTP, has no words for this. */
export class Skip extends Error {}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

/** The version of `name` that is installed beside `adaptor`, an import.meta.url. */
export function installedVersion(name, adaptor) {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, adaptor))).version
}

/**
 * Answers questions until there are no more.
 *
 * `start(policy, handlerRuns)` gives a node:http server that is not listening yet, or throws: Skip for
 * what it cannot express, anything else for a policy that the implementation refuses.
 */
export async function run({ name, version, homepage, start }) {
  const defined = new Map()

  async function build(policy) {
    if (!isDocument(policy)) return skipped('no policy document')
    const server = { handlerRan: false, refused: null }
    try {
      const http = await start(policy, () => { server.handlerRan = true })
      http.on('clientError', (error, socket) => {
        server.refused = error.code
        socket.destroy()
      })
      await new Promise((resolve, reject) => {
        http.once('error', reject)
        http.listen(0, '127.0.0.1', resolve)
      })
      server.http = http
      return { server }
    } catch (error) {
      if (error instanceof Skip) return skipped(error.message)
      return failure('invalid-policy', String(error.message))
    }
  }

  async function evaluate(server, request) {
    server.handlerRan = false
    server.refused = null
    try {
      const response = await ask(server.http.address().port, request)
      if (server.refused) return skipped(`Node's HTTP parser refuses the request: ${server.refused}`)
      if (!response) return failure('crashed', 'the connection was closed without a response')
      const handler = server.handlerRan
      const status = handler ? null : response.status
      return { ok: { kind: null, allowed: null, rejection: null, handler, status, headers: response.headers } }
    } catch (error) {
      if (error instanceof Skip) return skipped(error.message)
      return failure('crashed', String(error.message))
    }
  }

  async function answer(question) {
    switch (question.op) {
      case 'hello':
        return { ok: {
          protocol: 1,
          implementation: { name, version, language: 'javascript', homepage },
          ops: ['define', 'evaluate'],
          profile: null,
        } }
      case 'define': {
        const built = await build(question.policy)
        if (!built.server) return built
        defined.get(question.name)?.http.close()
        defined.set(question.name, built.server)
        return { ok: { warnings: [] } }
      }
      case 'evaluate': {
        if (!isObject(question.request)) return failure('bad-request', 'request: this field is missing')
        if (typeof question.policy === 'string') {
          const server = defined.get(question.policy)
          if (server) return evaluate(server, question.request)
          return failure('unknown-name', `no policy was defined as ${JSON.stringify(question.policy)}`)
        }
        const built = await build(question.policy)
        if (!built.server) return built
        const answered = await evaluate(built.server, question.request)
        built.server.http.close()
        return answered
      }
      default:
        return failure('bad-request', 'op: there are hello, define and evaluate')
    }
  }

  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === '') continue
    let question
    try {
      question = JSON.parse(line)
    } catch (error) {
      write(null, failure('bad-request', `this is not JSON: ${error.message}`))
      continue
    }
    write(question?.id ?? null, await answer(isObject(question) ? question : {}))
  }
  process.exit(0)
}

function write(id, answer) {
  process.stdout.write(`${JSON.stringify({ id, ...answer })}\n`)
}

const failure = (code, message) => ({ error: { code, message } })
const skipped = (reason) => ({ skip: { reason, issue: null } })

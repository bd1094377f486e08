// Sends one request over a socket, byte for byte, and reads the response's head.

import { connect } from 'node:net'
import { Skip } from './protocol.js'

// Fields that come from the server and not from CORS.
const THE_SERVERS_OWN = new Set([
  'allow', 'connection', 'content-length', 'content-type', 'date', 'keep-alive', 'server', 'transfer-encoding',
  'x-powered-by',
])

/** What an HTTP/1.1 message cannot carry at all. */
function hold(text, what, forbidden) {
  if (forbidden.test(text)) throw new Skip(`HTTP/1.1 cannot carry the ${what}`)
  return text
}

/** The response to `request` from the server on `port`, or null if there is none. */
export async function ask(port, request) {
  const lines = [
    `${hold(request.method, 'method', /[\s]|^$/)} / HTTP/1.1`,
    ...(request.headers.some(([name]) => name.toLowerCase() === 'host') ? [] : ['host: api.example']),
    'connection: close',
    ...request.headers.map(([name, value]) =>
      `${hold(name, "field's name", /[\s:]|^$/)}: ${hold(value, "field's value", /[\r\n]/)}`),
  ]
  const [, length] = request.headers.find(([name]) => name.toLowerCase() === 'content-length') ?? []
  const body = /^[0-9]{1,4}$/.test(length ?? '') ? 'x'.repeat(Number(length)) : ''
  const message = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
  const received = await new Promise((resolve) => {
    const chunks = []
    const socket = connect(port, '127.0.0.1')
    socket.setTimeout(10_000, () => socket.destroy())
    socket.on('data', (chunk) => chunks.push(chunk))
    // A server that refuses the head may reset the connection; what it said before counts.
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
    socket.write(message)
  })
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return null
  const [statusLine, ...fields] = received.slice(0, end).split('\r\n')
  const headers = fields.map((field) => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')]
  })
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: headers.filter(([name]) => !THE_SERVERS_OWN.has(name)),
  }
}

import { request, type Dispatcher } from 'undici'
import { fails, unknown, works, differs, type Finding } from './finding.ts'

/** Why a connection did not come about, by the code of the error. */
const REASONS: Readonly<Record<string, readonly [words: string, ask: string]>> = {
  ENOTFOUND: ['Its name is in no DNS that is asked from here.', 'Under which name, and in which network, can the endpoint be reached?'],
  EAI_AGAIN: ['DNS did not answer.', 'Under which name, and in which network, can the endpoint be reached?'],
  ECONNREFUSED: ['Nothing listens there.', 'Is the service running, and is our address allowed through the firewall?'],
  EHOSTUNREACH: ['There is no way there from this network.', 'Is our address allowed through the firewall, or is HSCN needed?'],
  ENETUNREACH: ['There is no way there from this network.', 'Is our address allowed through the firewall, or is HSCN needed?'],
  ETIMEDOUT: ['It does not answer a connection.', 'Is our address allowed through the firewall?'],
  UND_ERR_CONNECT_TIMEOUT: ['It does not answer a connection.', 'Is our address allowed through the firewall?'],
  ECONNRESET: ['It ends connections at once.', 'Does the endpoint ask for a client certificate, or for another version of TLS?'],
  UND_ERR_SOCKET: ['It ends connections at once.', 'Does the endpoint ask for a client certificate, or for another version of TLS?'],
  CERT_HAS_EXPIRED: ['Its TLS certificate has expired.', 'When will the TLS certificate be renewed?'],
  CERT_NOT_YET_VALID: ['Its TLS certificate is not valid yet.', 'From when is the TLS certificate valid?'],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'Its TLS certificate is signed by itself.',
    'Can you send us the certificate of your authority, or use one of the NHS?',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'Its TLS certificate is of an authority not known here.',
    'Can you send us the certificate of your authority, or use one of the NHS?',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'It sends its TLS certificate without the chain.',
    'Can you have the server send the intermediate certificates too?',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'Its TLS certificate is of an authority not known here.',
    'Can you send us the certificate of your authority, or use one of the NHS?',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'Its TLS certificate is for another name.',
    'Which name stands in the TLS certificate, and may we use that?',
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: ['It does not speak TLS where https was asked for.', 'Is the endpoint http, or is the port another?'],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: ['It speaks a version of TLS that is not used any more.', 'When will TLS 1.2 or later be offered?'],
  ERR_SSL_UNSUPPORTED_PROTOCOL: ['It speaks a version of TLS that is not used any more.', 'When will TLS 1.2 or later be offered?'],
}
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Whether a request comes there and back at all, and whether nobody can read it on its way. */
export async function checkReach(
  url: string,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<{ readonly findings: readonly Finding[]; readonly reached: boolean }> {
  const found: Finding[] = []
  const { protocol, hostname } = new URL(url)
  try {
    const answer = await request(`${url}/metadata`, { dispatcher, signal })
    answer.body.on('error', () => undefined)
    answer.body.destroy()
    const { statusCode } = answer
    if (statusCode >= 300 && statusCode < 400)
      found.push(
        fails(
          'reach',
          `It answers with a redirect (${statusCode}), which is never followed.`,
          'What is the base address without a redirect?',
        ),
      )
    else if (statusCode >= 500)
      found.push(differs('reach', `It answers, with an error of its own (${statusCode}).`, `Why does /metadata answer ${statusCode}?`))
    else found.push(works('reach', `It answers (${statusCode}).`))
  } catch (error) {
    const code = codeOf(error)
    const [words, ask] = REASONS[code] ?? ['It could not be reached.', 'From which networks can the endpoint be reached?']
    if (signal.aborted) found.push(fails('reach', 'It takes a connection and says nothing.', 'Is the service running behind its gateway?'))
    else found.push(fails('reach', words, ask))
    return { findings: found, reached: false }
  }
  if (protocol === 'https:') found.push(works('reach', 'TLS is sound.'))
  else if (LOOPBACK.test(hostname)) found.push(unknown('reach', 'It is on this machine, without TLS.'))
  else found.push(fails('reach', 'It is http: anybody on the way can read it.', 'What is the https address of the endpoint?'))
  return { findings: found, reached: true }
}

function codeOf(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if ('code' in at && typeof at.code === 'string') return at.code
  return ''
}

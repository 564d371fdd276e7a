import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { clientIdOf } from '../src/london/catalogue.ts'
import { FHIR_TOKENS_PATH } from '../src/london/identity-provider/fhir-tokens.ts'
import { londonUsers, type CityUser } from '../src/london/users.ts'

/** `npm run london:token -- shah`: prints a bearer token good for the FHIR door of the exchange where that person works. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { scope: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
})
const dir = process.env['LCR_LONDON_DIR'] ?? join(import.meta.dirname, '..', '.london')

const list = (users: readonly CityUser[]): string =>
  users
    .map(
      user =>
        `  ${user.sdsUserId}  ${user.exchange.padEnd(3)}  ${user.name}, ${user.roles[0]?.roleName ?? ''}, ${user.roles[0]?.orgName ?? ''}`,
    )
    .join('\n')
function stop(words: string): never {
  process.stderr.write(`${words}\n`)
  process.exit(1)
}

const wanted = positionals.join(' ').trim().toLowerCase()
if (wanted === '' || values.help === true)
  stop(`Usage: npm run london:token -- NAME [--scope "user/AllergyIntolerance.rs"] [--json]\n\nWho works in London:\n${list(londonUsers)}`)
const found = londonUsers.filter(user => user.sdsUserId === wanted || user.name.toLowerCase().includes(wanted))
const [user] = found
if (user === undefined) stop(`Nobody called "${wanted}" works in London. These do:\n${list(londonUsers)}`)
if (found.length > 1) stop(`More than one is called that:\n${list(found)}`)

let issuer: string
try {
  issuer = (JSON.parse(readFileSync(join(dir, 'sign-in.json'), 'utf8')) as { issuer: string }).issuer
} catch {
  stop('London is not running here. Start it with npm start, or name its folder in LCR_LONDON_DIR.')
}
const answer = await fetch(`${issuer}${FHIR_TOKENS_PATH}`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    user: user.sdsUserId,
    at: clientIdOf(user.exchange),
    ...(values.scope === undefined ? {} : { scope: values.scope }),
  }),
}).catch(() => undefined)
if (answer === undefined) stop('London is not running any more: its sign-in service does not answer. Start it with npm start.')
if (!answer.ok) stop(`${user.exchange} does not run in this city.`)
const token = (await answer.json()) as { readonly access_token: string; readonly base: string; readonly expires_in: number }
// The token alone on standard output, so that it can be taken with $(…).
process.stdout.write(`${values.json === true ? JSON.stringify(token) : token.access_token}\n`)
process.stderr.write(`${user.name} at ${token.base} for ${token.expires_in / 60} minutes\n`)

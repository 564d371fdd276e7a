import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Agent } from 'undici'
import type { Item } from '../care-record/item.ts'
import { GROUPS, sectionsOf } from '../care-record/section.ts'
import { createCity } from '../london/people/city.ts'
import { told } from '../london/people/population.ts'
import { places, SYSTEM_IDS } from '../london/places.ts'
import { clients, now, tokenFrom } from '../london/systems/for-tests.ts'
import { serve } from '../london/systems/serve.ts'
import { createSocialCare } from '../london/systems/social-care.ts'
import { contextOf, personOf } from './sources/reading/fixtures.ts'
import { createSocialCareConnector } from './sources/social-care/social-care-connector.ts'

const city = createCity({ now })
const councils = SYSTEM_IDS.filter(id => places[id].kind === 'social-care')

/** All that one council tells of one person, through the wire and the real connector. */
async function itemsOf(id: (typeof councils)[number], nhsNumber: string): Promise<readonly Item[]> {
  const person = city.person(nhsNumber)
  assert.ok(person)
  const system = createSocialCare({
    id,
    person: city.person,
    held: number => city.held(id, number),
    everyone: () => [nhsNumber],
    clients,
    now: () => now,
  })
  const served = await serve(system.handle)
  const dispatcher = new Agent()
  try {
    const token = await tokenFrom(system.handle, served.url)
    const connector = createSocialCareConnector({ dispatcher, tokens: { token: async () => ({ ok: true, value: token }) } })
    const answers = await Promise.all(
      GROUPS.map(group =>
        connector(
          contextOf(
            group,
            { id, connector: 'social-care', baseUrl: `${served.url}/care` },
            {
              person: personOf({ nhsNumber: person.nhsNumber, name: person.name, birthDate: person.birthDate, gender: person.gender }),
              checkDemographics: () => ({ verdict: 'same' }),
              now: () => now,
            },
          ),
        ),
      ),
    )
    for (const answer of answers.flat()) {
      assert.equal(answer.unreadable, 0, `${id}: ${answer.sections.join()}`)
      assert.ok(answer.outcome === 'answered' || answer.outcome === 'nothing-held', `${id}: ${answer.outcome}/${answer.cause}`)
      assert.ok(answer.items.every(item => answer.sections.includes(item.section) && sectionsOf(answer.group).includes(item.section)))
    }
    return [...new Map(answers.flat().flatMap(a => a.items.map(item => [item.id, item] as const))).values()]
  } finally {
    await dispatcher.close()
    await served.close()
  }
}

test('R026 R031: all that Southwark tells of Mrs Okafor is read, by section', async () => {
  const items = await itemsOf('southwark', told.amara)
  const words = (section: string): string => JSON.stringify(items.filter(i => i.section === section).map(i => i.resource))
  const expected: readonly (readonly [section: string, words: RegExp])[] = [
    ['encounters', /Adult social care case/],
    ['social-care', /Care needs assessment on the ward.*Washing and dressing/],
    ['plans', /Care and support plan.*Washes and dresses without help.*Care worker, 30 minutes, washing/],
    ['social-care', /Commode and raised toilet seat/],
    ['social-care', /Pendant alarm/],
    ['social-care', /Home care, 2 visits a day/],
    ['social-care', /Hot meals, 5 days a week/],
    ['contacts', /Adult social care, Camberwell/],
    ['contacts', /Mrs Ngozi Adebayo/],
    ['legal', /Lasting power of attorney/],
    ['about-me', /I like to be called Amy/],
    ['social-context', /Lives alone/],
    ['encounters', /Physical support: personal care/],
  ]
  for (const [section, pattern] of expected) assert.match(words(section), pattern, section)
})

test('R026: every life that a council holds is told in the words of its case record', () => {
  for (const { nhsNumber } of city.people)
    for (const id of councils) {
      const held = city.held(id, nhsNumber)
      if (held) assert.ok(held.care, `${id} ${nhsNumber}`)
    }
})

for (const id of councils)
  test(`R026: whoever ${id} knows can be read whole`, async () => {
    const known = city.people.filter(p => city.held(id, p.nhsNumber)).slice(0, 12)
    for (const { nhsNumber } of known) {
      const items = await itemsOf(id, nhsNumber)
      assert.ok(items.length > 0)
    }
  })

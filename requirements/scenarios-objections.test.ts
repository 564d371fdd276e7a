import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { told } from '../src/london/people/population.ts'
import { browserOfFile, noBrowser } from './support/browser.ts'
import { fromHome, sits, type Chair, type Met } from './support/chair.ts'
import { cardOf, stage, until } from './support/london.ts'

/*
 * People who say no, from the chairs of those who hear it: who asks whether it is on, who said it years ago, who said it to another
 * record, who says it of one trust, one colleague, or of everything and is refused.
 */
const at = stage({ processes: 1, exchanges: ['SEL', 'NCL', 'NWL'] })
const browser = browserOfFile()
afterEach(() => at().ledger.sound())

const as = async (family: string, story: (chair: Chair) => Promise<void>): Promise<void> => {
  await sits(at(), browser(), family, story)
}
const scenario = (name: string, work: () => Promise<void>): unknown => test(name, { skip: noBrowser }, work)

/** Opens, giving a reason where one is asked for. */
async function looks(chair: Chair, nhsNumber: string): Promise<{ readonly view: string; readonly met: Met }> {
  const opened = await chair.open(nhsNumber)
  if (opened.met !== 'reason') return opened
  await chair.sends('/reason', { reason: 'claim-treating' }, 'Open record')
  return { ...opened, met: await chair.met() }
}
/** Looks until it comes out so: what one exchange decides the others hear within a minute. */
async function sees(chair: Chair, nhsNumber: string, what: Met): Promise<string> {
  let view = ''
  await until(async () => {
    const looked = await looks(chair, nhsNumber)
    view = looked.view
    return looked.met === what
  })
  return view
}
/** What is left of a page when the parts that name the viewer are gone. */
const nothingToShow = async (chair: Chair): Promise<string> => (await chair.page.locator('main').innerText()).replaceAll(/\s+/g, ' ')
const SHARING = 'Sharing of this person’s information'

/** Takes down what the person says, in the record, as the professional who sits with them. */
async function takesDown(chair: Chair, view: string, said: Readonly<Record<string, string>>): Promise<string> {
  await chair.go(`/r/${view}/sharing/object`)
  await chair.sends(
    '/sharing/object',
    { asker: 'self', words: 'I do not want this shared.', seen: 'known-to-me', explained: 'yes', how: 'face-to-face', ...said },
    'Send to the objections office',
  )
  const words = await chair.reads('main')
  assert.match(words, /The objection is taken down.*Sharing has stopped/)
  return /OBJ-[A-Z0-9]+/.exec(words)?.[0] ?? ''
}
/** The person has changed their mind, and says so to a professional. */
async function takesBack(chair: Chair, view: string): Promise<void> {
  await chair.go(`/r/${view}/sharing/change`)
  const objection = await chair.page.locator('input[name="objection"]').first().getAttribute('value')
  await chair.sends(
    '/sharing/change',
    { objection: objection ?? '', who: 'person', seen: 'known-to-me', words: 'Share it again.' },
    'Share again',
  )
  assert.match(await chair.reads('main'), /It is shared again/)
}

scenario('R083 R077 care rules 4.1: “is it on?”: who asks is answered from the page that shows nothing, and nowhere else', async () => {
  await as('Shah', async chair => {
    const { view, met } = await looks(chair, told.objector)
    assert.equal(met, 'nothing')
    assert.doesNotMatch(await chair.reads(), /Byrne|object/i)
    await chair.page.getByRole('link', { name: SHARING }).click()
    const sharing = await chair.reads('main')
    assert.match(sharing, /BYRNE, Thomas/)
    assert.match(sharing, /Everything in the London Care Record, since \d\d-[A-Z][a-z]{2}-\d{4}/)
    assert.match(sharing, /also holds in an emergency/)
    await until(async () => (await at().ledger.ofKind('sharing-read')).some(event => event.viewId === view))
  })
  // Of somebody whom no index knows the page is the same, to the letter.
  await as('Shah', async chair => {
    await looks(chair, told.objector)
    const known = await nothingToShow(chair)
    await looks(chair, told.formerObjector)
    assert.equal(await nothingToShow(chair), known)
  })
  // Who has no relationship is told nothing of it.
  await as('Kelly', async chair => {
    const { view, met } = await chair.open(told.formerObjector)
    assert.equal(met, 'refused')
    await chair.go(`/r/${view}/sharing`)
    assert.doesNotMatch(await chair.reads(), /Connect Care|No objection|since \d\d/)
  })
})

scenario('R035: who objected to Connect Care in 2019 need not ask again: from the first day nothing is shown in either area', async () => {
  for (const family of ['Falade', 'Goldberg', 'Adeniyi'])
    await as(family, async chair => {
      const { met } = await looks(chair, told.formerObjector)
      assert.equal(met, 'nothing', family)
      await chair.page.getByRole('link', { name: SHARING }).click()
      assert.match(await chair.reads('main'), /Everything in the London Care Record.*Connect Care/, family)
      assert.doesNotMatch(await chair.reads(), /tiotropium|COPD|penicillin/i)
    })
})

scenario(
  'R077: who refused the Summary Care Record shows as anybody does; the page says that it is another thing, and how to object here',
  async () => {
    await as('Lindqvist', async chair => {
      const { view, met } = await chair.open(told.summaryObjector)
      assert.equal(met, 'record')
      await chair.reads()
      assert.match(await chair.reads('#s-allergies'), /codeine/i)
      await chair.go(`/r/${view}/sharing`)
      const words = await chair.reads('main')
      assert.match(words, /No objection is in force/)
      assert.match(words, /Opting out of the Summary Care Record.*change nothing here/)
      assert.equal(
        await chair.page
          .getByRole('button', { name: 'Take an objection down' })
          .or(chair.page.getByRole('link', { name: 'Take an objection down' }))
          .count(),
        1,
      )
    })
  },
)

scenario(
  'R066 R076: a patient of Oxleas: seen in Hampstead until she says no to that; then Oxleas is gone everywhere, and the rest stays',
  async () => {
    await as('Goldberg', async chair => {
      const { view } = await looks(chair, told.oxleas)
      await chair.reads()
      assert.match(await chair.reads('#s-plans'), /Insulin administration plan/)
      await takesDown(chair, view, { scope: 'organisation', organisation: 'RPG' })
      for (const family of ['Goldberg', 'Lindqvist'])
        await as(family, async other => {
          let last = ''
          await until(async () => {
            last = (await looks(other, told.oxleas)).view
            return !/Oxleas|OXL/.test(await other.reads())
          })
          assert.match(await other.reads('#s-allergies'), /trimethoprim/i, 'what is not of Oxleas is shown')
          for (const page of ['plans', 'encounters', 'sources', 'timeline', 'appointments']) {
            await other.go(`/r/${last}/${page}`)
            assert.doesNotMatch(await other.reads(), /Oxleas|OXL|Insulin administration plan|district nurse/i, `${family} ${page}`)
          }
        })
      // Whose own record it is does not lose it.
      await as('Mensah', async own => {
        await looks(own, told.oxleas)
        await own.reads()
        assert.match(await own.reads('#s-plans'), /Insulin administration plan/)
      })
      await takesBack(chair, (await looks(chair, told.oxleas)).view)
      await until(async () => {
        await looks(chair, told.oxleas)
        return /Insulin administration plan/.test(await chair.reads())
      })
    })
  },
)

scenario(
  'R060 R046: her daughter works in the department: she meets the page of nobody, the officer hears of it, the nurse still sees',
  async () => {
    const { card } = cardOf(at().london, 'Shah')
    await as('Eze', async nurse => {
      const { view, met } = await nurse.open(told.staffRelative)
      assert.equal(met, 'record')
      await takesDown(nurse, view, { scope: 'staff', staff: card })
      await as('Shah', async daughter => {
        await sees(daughter, told.staffRelative, 'nothing')
        const words = await nothingToShow(daughter)
        assert.doesNotMatch(await daughter.reads(), /Nalini|object/i)
        await looks(daughter, told.objector)
        assert.equal(await nothingToShow(daughter), words)
      })
      await as('Abelson', async officer => {
        await officer.go('/office/privacy')
        await until(async () => {
          await officer.go('/office/privacy')
          return /Priya Shah/.test(await officer.reads('main'))
        })
      })
      await sees(nurse, told.staffRelative, 'record')
      assert.match(await nurse.reads('#s-medicines'), /levothyroxine/i)
      await takesBack(nurse, await sees(nurse, told.staffRelative, 'record'))
      await as('Shah', async daughter => void (await sees(daughter, told.staffRelative, 'record')))
    })
  },
)

const CONTACT = {
  organisation: 'King’s College Hospital',
  team: 'Objections office',
  address: 'Denmark Hill, London',
  phone: '020 7946 0201',
  email: 'objections@example.nhs.uk',
  dayAndNight: '020 7946 0201',
  palsName: 'Patient advice and liaison',
  palsPhone: '020 7946 0202',
  palsEmail: 'pals@example.nhs.uk',
  dpoEmail: 'dpo@example.nhs.uk',
  dpoAddress: 'Denmark Hill, London',
}

const REASON = 'Another adult in your home could come to harm if the people who care for you both cannot see this.'
const GARRITY = {
  family: 'Garrity',
  nhsNumber: told.refused,
  bornDay: '12',
  bornMonth: '12',
  bornYear: '1981',
  seen: 'call-to-known-number',
}
/** At home, without a sign-in. @returns the reference he is given. */
async function asksByForm(): Promise<string> {
  let reference = ''
  await fromHome(at().london.sel.url, browser(), async home => {
    await home.go('/object')
    const { bornDay, bornMonth, bornYear } = GARRITY
    const said = { asker: 'self', name: 'Stephen Garrity', bornDay, bornMonth, bornYear, phone: '020 7946 0325', words: 'All of it.' }
    await home.sends('/object', said, 'Send')
    const words = await home.reads('main')
    assert.match(words, /Nothing has changed yet/)
    reference = /OBJ-[A-Z0-9]+/.exec(words)?.[0] ?? ''
  })
  return reference
}

/** On the page and as PDF, at an address that names nobody. */
async function readsLetter(clerk: Chair, path: string): Promise<void> {
  const row = clerk.page.getByRole('row', { name: /PDF/ })
  const href = (await row.getByRole('link', { name: 'Read it' }).getAttribute('href')) ?? ''
  assert.ok(href.startsWith(path) && !/999|garrity/i.test(href))
  const pdf = await clerk.page.request.get(new URL(`${href}/pdf`, clerk.page.url()).href)
  assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-')
  await row.getByRole('link', { name: 'Read it' }).click()
  await clerk.page.waitForURL(/letters/)
  const letter = await clerk.reads()
  assert.ok(letter.includes(REASON), 'the reason stands in the letter')
  for (const words of [/Stephen Garrity/, /Information Commissioner/, /020 7946 0202/]) assert.match(letter, words)
}

scenario(
  'R068 R070 R073 R074 R075: the refused objection: form, identity, hold at both exchanges, two people and a Guardian, the letter; shared again only then',
  () =>
    as('Gill', gill =>
      as('Shah', shah =>
        as('Akhtar', async clerk => {
          /** Both look: his own doctor, and by a reason an emergency department in another area. */
          const bothSee = async (what: Met): Promise<void> => {
            for (const chair of [gill, shah]) await sees(chair, told.refused, what)
          }
          const stillSee = async (what: Met): Promise<void> => {
            for (const chair of [gill, shah]) assert.equal((await looks(chair, told.refused)).met, what)
          }
          await stillSee('record')
          const reference = await asksByForm()
          await stillSee('record')

          const opens = async (chair: Chair): Promise<string> => {
            await chair.go('/office/objections')
            await chair.page.getByRole('link', { name: reference }).click()
            await chair.page.waitForURL(/objections\/[0-9a-f-]{36}$/)
            return new URL(chair.page.url()).pathname
          }
          const path = await opens(clerk)
          assert.match(await clerk.reads('main'), /nobody has checked.*Stephen Garrity/i)
          const wrong = { ...GARRITY, bornYear: '1980' }
          await clerk.sends('/identity', wrong, 'Save: sharing stops now', /another family name or birth date/)
          await clerk.sends('/identity', GARRITY, 'Save: sharing stops now')
          assert.match(await clerk.reads('main'), /In force now Yes/)
          await clerk.sends('/explained', { how: 'telephone', understood: 'yes' }, 'Save')
          await bothSee('nothing')

          const refusal = { ground: 'safeguarding-adult', evidence: 'Enquiry open at the council since last month.', words: REASON }
          await clerk.sends('/refusal', refusal, 'Send to the second person')
          await as('Osei', async guardian => {
            await opens(guardian)
            await guardian.sends('/advice', { supports: 'yes', words: 'The risk to the other adult is real and present.' }, 'Give advice')
          })
          await clerk.go(path)
          await clerk.sends('/review', { agrees: 'yes', words: 'I agree with myself.' }, 'Decide', /has to be another person/)
          await as('Whitcombe', async second => {
            await opens(second)
            await second.sends('/review', { agrees: 'yes', words: 'No other way was found to keep the adult safe.' }, 'Decide')
          })
          // Decided, and still stopped: he has not been told.
          await stillSee('nothing')

          await clerk.go('/office/objections/contact')
          await clerk.sends('/contact', CONTACT, /Save/)
          await clerk.go(path)
          assert.equal(await clerk.page.locator('form[action$="/share-again"]').count(), 0, 'he is told first')
          await clerk.sends('/route', { route: 'handed', where: 'At his practice, by Dr Gill' }, 'Save')
          const letter = { letter: 'not-upheld', language: 'en', to: 'Mr Stephen Garrity' }
          await clerk.sends('/letter', letter, 'Make the letter')
          await readsLetter(clerk, path)
          await clerk.go(path)
          const letterId = (await clerk.page.locator('form[action$="/sent"] [name="letterId"]').first().getAttribute('value')) ?? ''
          await clerk.sends('/sent', { letterId, route: 'handed' }, 'It has gone')
          await stillSee('nothing')
          await clerk.sends('/share-again', {}, 'Share again')
          await bothSee('record')

          await clerk.go(path)
          assert.match(await clerk.reads('main'), /In force now No/)
          await clerk.sends('/closed', {}, 'Close the case')
          assert.match(await clerk.reads('main'), /Closed/)
        }),
      ),
    ),
)

import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { told } from '../src/london/people/population.ts'
import { browserOfFile, noBrowser } from './support/browser.ts'
import { sits, type Chair } from './support/chair.ts'
import { stage } from './support/london.ts'

/*
 * Who may open whose record, as people told it to those who make shared records: each from the chair of one of them, and each
 * with somebody for whom it stays shut. North West London runs because one of them is treated there.
 */
const at = stage({ processes: 1, exchanges: ['SEL', 'NCL', 'NWL'] })
const browser = browserOfFile()
afterEach(() => at().ledger.sound())

const as = async (family: string, story: (chair: Chair) => Promise<void>): Promise<void> => {
  await sits(at(), browser(), family, story)
}
const scenario = (name: string, work: () => Promise<void>): unknown => test(name, { skip: noBrowser }, work)

/** Opens on evidence, without a word from who looks. */
const opens = async (chair: Chair, nhsNumber: string): Promise<string> => {
  const { view, met: what } = await chair.open(nhsNumber)
  assert.equal(what, 'record')
  await chair.reads()
  return view
}
/** Nothing but a reason is on the page: neither what is known of the person nor where. */
const isAsked = (family: string, nhsNumber: string, notSaid: RegExp): Promise<void> =>
  as(family, async chair => {
    assert.equal((await chair.open(nhsNumber)).met, 'reason')
    const words = await chair.reads()
    assert.match(words, /Why do you need their record\?/)
    assert.doesNotMatch(words, notSaid)
  })

scenario('R034 R040: a social worker reads referrals and COVID-19 results from all of London, and of no other result a trace', async () => {
  await as('Cole', async chair => {
    const view = await opens(chair, told.serviceUser)
    await chair.go(`/r/${view}/results`)
    const results = await chair.reads()
    assert.match(results, /COVID-19 PCR/)
    assert.match(results, /Only COVID-19 results are part of your role\./)
    await chair.go(`/r/${view}/referrals`)
    assert.match(await chair.reads('main'), /[Rr]eferral/)
    for (const page of ['results', 'referrals', 'timeline', 'documents', 'encounters']) {
      await chair.go(`/r/${view}/${page}`)
      assert.doesNotMatch(await chair.reads(), /Potassium|Creatinine|HbA1c|Haemoglobin|eGFR/i, page)
    }
  })
  await isAsked('Quigley', told.serviceUser, /COVID-19|fracture/)
})

scenario(
  'R106: the doctor of the Evelina after a call, with no message of a transfer: a reason opens it, and it is on a list',
  async () => {
    await as('Moreira', async chair => {
      const { view, met: before } = await chair.open(told.kidneyBoy)
      assert.equal(before, 'reason')
      assert.doesNotMatch(await chair.reads(), /kidney|intensive care at/i)
      await chair.sends('/reason', { reason: 'claim-advice' }, 'Open record')
      assert.equal(await chair.met(), 'record')
      assert.match(await chair.reads(), /Now:.*intensive care/i)
      const claims = (await at().ledger.events(view)).filter(event => event.kind === 'claimed')
      assert.equal(claims.length, 1)
    })
    await as('Kelly', async chair => {
      // A clerk has no reason to give.
      assert.equal((await chair.open(told.weekendHub)).met, 'refused')
      assert.doesNotMatch(await chair.reads(), /Nicolaou|penicillin/i)
    })
  },
)

scenario(
  'R020 care rules 2.2: an overdose at 3 a.m. of somebody in the care of a crisis team: plan, risks, medicines, allergies; never what was said in therapy',
  async () => {
    await as('Shah', async chair => {
      const view = await opens(chair, told.overdose)
      const summary = await chair.reads()
      assert.match(summary, /Risk of suicide/)
      assert.match(summary, /Not detained under the Mental Health Act/)
      assert.match(await chair.reads('#s-allergies'), /[Ii]buprofen/)
      assert.match(await chair.reads('#s-plans'), /Crisis and safety plan/)
      const medicines = await chair.reads('#s-medicines')
      for (const name of [/lithium/i, /propranolol/i, /amitriptyline/i]) assert.match(medicines, name)
      await chair.page.locator('#s-plans').getByText('Crisis and safety plan').first().click()
      await chair.page
        .getByText(/Keep no more than three days of tablets/)
        .first()
        .waitFor()
      for (const page of ['documents', 'timeline', 'encounters', 'plans']) {
        await chair.go(`/r/${view}/${page}`)
        assert.doesNotMatch(await chair.reads(), /therapy|toolbox/i, page)
      }
      // The other one known to a mental health trust: a depot and clozapine.
      const other = await opens(chair, told.mind)
      await chair.go(`/r/${other}/medicines`)
      const all = await chair.reads()
      assert.match(all, /clozapine/i)
      assert.match(all, /paliperidone/i)
    })
    await isAsked('Petrova', told.overdose, /suicide|lithium/i)
  },
)

scenario('R006 care rules 3.1: newly married: the anaphylaxis under her old surname is shown, and says which name differs', async () => {
  await as('Adeniyi', async chair => {
    const view = await opens(chair, told.married)
    assert.match(await chair.reads('#flags'), /penicillin.*anaphylaxis/i)
    await chair.go(`/r/${view}/allergies`)
    assert.match(await chair.reads(), /CWH.*The surname held there differs from the national register/)
  })
  await isAsked('Goldberg', told.married, /penicillin|Whitmore/i)
})

scenario(
  'R039 care rules 1.1: the social worker before the case opens: the notice opens it; at a council without one a reason is asked',
  async () => {
    await as('Cole', async chair => {
      const view = await opens(chair, told.beforeTheCase)
      assert.match(await chair.reads('#s-referrals'), /notice/i)
      await chair.go(`/r/${view}/social-care`)
      assert.doesNotMatch(await chair.reads('main'), /case opened|Allocated/i)
    })
    await isAsked('Fenwick', told.beforeTheCase, /Parkinson|co-careldopa/i)
  },
)

scenario('R054: a patient of South East London at a hospital in the North West: shut before he attends, open from then on', async () => {
  await isAsked('Adeniyi', told.summaryObjector, /codeine|hypertension/i)
  at().london.city.people.arrives(told.summaryObjector, 'imperial', { title: 'Emergency department', service: 'ED' })
  await as('Adeniyi', async chair => {
    const view = await opens(chair, told.summaryObjector)
    assert.match(await chair.reads('#s-allergies'), /codeine/i)
    assert.equal((await at().ledger.events(view, 'nwl')).filter(event => event.kind === 'claimed').length, 0)
    // Who has been there since before the city began.
    await opens(chair, told.southEastOnly)
  })
  await isAsked('Goldberg', told.summaryObjector, /codeine|hypertension/i)
})

scenario('R106: a transfer that was accepted opens before she arrives, to those who wait for her and to nobody else', async () => {
  await as('Moreira', async chair => {
    const view = await opens(chair, told.transfer)
    assert.match(await chair.reads('#s-medicines'), /midazolam|levetiracetam/i)
    assert.equal((await at().ledger.events(view)).filter(event => event.kind === 'claimed').length, 0)
  })
  await isAsked('Petrova', told.transfer, /midazolam|seizure/i)
})

scenario('R107: the doctor of a weekend hub reads whom the hub has booked, and for whom it has not a reason is asked', async () => {
  await as('Abrahams', async chair => {
    const view = await opens(chair, told.weekendHub)
    assert.match(await chair.reads('#s-allergies'), /penicillin/i)
    assert.match(await chair.reads('#s-encounters'), /hub/i)
    assert.equal((await at().ledger.events(view, 'ncl')).filter(event => event.kind === 'claimed').length, 0)
  })
  await isAsked('Abrahams', told.summaryObjector, /codeine/i)
  await isAsked('Falade', told.weekendHub, /penicillin|cellulitis/i)
})

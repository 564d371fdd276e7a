import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { told } from '../src/london/people/population.ts'
import { browserOfFile, noBrowser } from './support/browser.ts'
import { looksRight, sits, type Chair } from './support/chair.ts'
import { cardOf, stage, until } from './support/london.ts'
import { createVisitor } from './support/visitor.ts'

/* Who works beside the record: each of them does their job once, from sign-in to an empty list, and sees no more than it takes. */
const at = stage({ processes: 1 })
const browser = browserOfFile()
afterEach(() => at().ledger.sound())

const as = async (family: string, story: (chair: Chair) => Promise<void>): Promise<void> => {
  await sits(at(), browser(), family, story)
}
const job = (name: string, work: () => Promise<void>): unknown => test(name, { skip: noBrowser }, work)
/** Nothing of any record: neither what somebody has nor what they take. */
const CLINICAL = /penicillin|trimethoprim|insulin|diabetes|apixaban|metformin|potassium|leg ulcer/i

/** Whose role opens nothing: a search answers, and names nobody. */
async function findsNobody({ go, page, reads }: Chair): Promise<void> {
  await go('/find')
  await page.getByLabel('NHS number').fill(told.oxleas)
  await page.getByRole('button', { name: 'Find by number' }).click()
  await page.getByText('You may not look for people in this role').first().waitFor()
  assert.doesNotMatch(await reads(), /Whitaker|Allegory/i)
}

job('R046 care rules 1.3: a privacy officer reads a claim, writes a word and finishes the list', async () => {
  await as('Zhang', async chair => {
    assert.equal((await chair.open(told.oxleas)).met, 'reason')
    await chair.sends('/reason', { reason: 'claim-advice' }, 'Open record')
    assert.equal(await chair.met(), 'record')
  })
  await as('Shah', async chair => {
    assert.equal((await chair.open(told.oxleas)).met, 'reason')
    await chair.sends('/reason', { words: 'Unconscious in resus, nobody with her' }, 'Open in an emergency')
    assert.equal(await chair.met(), 'record')
  })
  await as('Abelson', async officer => {
    await officer.go('/office/privacy')
    await looksRight(officer, 'privacy')
    assert.doesNotMatch(await officer.reads('main'), CLINICAL)
    await officer.go('/office/privacy/claims')
    await looksRight(officer, 'claims')
    const forms = officer.page.locator('form[action*="/office/privacy/claims/"]')
    assert.equal(await forms.count(), 1, 'the emergency; an everyday claim waits a week for evidence')
    const action = (await forms.first().getAttribute('action')) ?? ''
    await officer.sends(action, { note: '' }, 'Not in order', /Say what was not in order/)
    await officer.sends(action, { note: 'Asked the department: she was on duty.' }, /^In order/)
    assert.match(await officer.reads('main'), /Nothing waits for you/)
    assert.doesNotMatch(await officer.reads('main'), CLINICAL)
    await findsNobody(officer)
  })
  await as('Tull', async other => {
    await other.go('/office/privacy/claims')
    assert.doesNotMatch(await other.reads('main'), /Shah|Zhang|Whitaker/i)
  })
})

job('R073 R074: a Caldicott Guardian is the second person; who proposed it is not', async () => {
  let reference = ''
  await as('Lindqvist', async doctor => {
    const { view } = await doctor.open(told.amara)
    await doctor.go(`/r/${view}/sharing/object`)
    await looksRight(doctor, 'sharing-object')
    const said = {
      asker: 'self',
      scope: 'class-documents',
      words: 'Not my letters.',
      seen: 'known-to-me',
      explained: 'yes',
      how: 'face-to-face',
    }
    await doctor.sends('/sharing/object', said, 'Send to the objections office')
    reference = /OBJ-[A-Z0-9]+/.exec(await doctor.reads('main'))?.[0] ?? ''
  })
  const inCase = (family: string, story: (chair: Chair) => Promise<void>): Promise<void> =>
    as(family, async chair => {
      await chair.go('/office/objections')
      await chair.page.getByRole('link', { name: reference }).click()
      await story(chair)
    })
  await inCase('Akhtar', async clerk => {
    await looksRight(clerk, 'case')
    const proposal = {
      ground: 'required-by-law',
      evidence: 'The law that requires it, section 3.',
      words: 'The law says that your letters are shared.',
    }
    await clerk.sends('/refusal', proposal, 'Send to the second person')
    await clerk.sends('/review', { agrees: 'yes', words: 'I agree with myself.' }, 'Decide', /has to be another person/)
  })
  await inCase('Brandt', async guardian => {
    await guardian.sends('/review', { agrees: 'no', words: 'No law requires it of these letters.' }, 'Decide')
    await looksRight(guardian, 'case-reviewed')
    assert.match(await guardian.reads('main'), /In force now Yes/)
  })
  // Not agreed: it stays as the person wants it, and the office upholds it.
  await inCase('Akhtar', async clerk => {
    await clerk.sends('/upheld', {}, 'Uphold')
    assert.match(await clerk.reads('main'), /In force now Yes/)
  })
  await as('Shah', async chair => {
    const { view } = await chair.open(told.amara)
    await chair.reads()
    await chair.go(`/r/${view}/documents`)
    assert.doesNotMatch(await chair.reads('main'), /Discharge summary/)
  })
})

job('R067 R108: what is withheld is changed by two people of two organisations, and the second sees what it is', async () => {
  let path = ''
  await as('Akhtar', async writer => {
    await writer.go('/office/rules')
    await looksRight(writer, 'rules')
    await writer.go('/office/rules/propose/service/new')
    await looksRight(writer, 'rules-propose')
    const row = {
      odsCode: 'RJZ',
      localCode: 'HEALTHYLIV',
      name: 'Healthy living clinic',
      legalClass: 'ordinary',
      reason: 'New clinic of the board',
    }
    await writer.sends('/propose/service/new', { ...row, reason: '' }, 'Propose', /There is a problem/)
    await writer.sends('/propose/service/new', row, 'Propose')
    path = new URL(writer.page.url()).pathname
    assert.equal(await writer.page.getByRole('button', { name: /Approve/ }).count(), 0, 'nobody approves their own')
  })
  await as('Whitcombe', async second => {
    await second.go(path)
    await looksRight(second, 'rules-change')
    assert.match(await second.reads('main'), /Healthy living clinic/)
    await second.page.getByRole('button', { name: /Approve/ }).click()
    await until(async () => /Approved/.test(await second.reads('main')))
  })
  await as('Shah', async doctor => {
    await doctor.go(path)
    assert.doesNotMatch(await doctor.reads(), /Healthy living clinic/)
  })
})

const HEADER = 'system,id,nhs_number,family,given,birth_date,postcode,address,said_on,scope,organisation,taken_by'
job('R035 care rules 4.5: a steward decides whose an opt-out is; until then whoever it could be is withheld', async () => {
  const sees = (family: string, nhsNumber: string, what: 'record' | 'nothing'): Promise<void> =>
    as(family, chair => until(async () => (await chair.open(nhsNumber)).met === what))
  await sees('Cole', told.serviceUser, 'record')
  await as('Pell', async steward => {
    await steward.go('/office/opt-outs')
    await looksRight(steward, 'opt-outs')
    const csv = `${HEADER}\nconnect-care,CC-7001,,Castle,Ivy,1950-11-28,,,2019-06-03,everything,,Reception`
    await steward.sends('/office/opt-outs', { csv }, 'Count, and write nothing')
    assert.match(await steward.reads('main'), /Nothing was written/)
    await steward.sends('/office/opt-outs', {}, 'Import')
    await steward.page.getByRole('link', { name: /CC-7001/ }).click()
    await looksRight(steward, 'opt-out')
    const words = await steward.reads('main')
    assert.match(words, /Who it could be.*Castle/i)
    assert.doesNotMatch(words, CLINICAL)
  })
  await sees('Cole', told.serviceUser, 'nothing')
  await as('Pell', async steward => {
    await steward.go('/office/opt-outs')
    await steward.page.getByRole('link', { name: /CC-7001/ }).click()
    const path = new URL(steward.page.url()).pathname
    await steward.sends(`${path}/register`, {}, 'Ask the national register')
    for (const radio of await steward.page.locator('input[type="radio"][value="is-not"]').all()) await radio.check()
    await steward.sends(path, {}, 'Save')
    if ((await steward.page.locator('input[name="nobody"]').count()) > 0) await steward.sends(path, { nobody: 'yes' }, 'Save')
    await steward.go('/office/opt-outs')
    assert.match(await steward.reads('main'), /Nothing waits/)
  })
  await sees('Cole', told.serviceUser, 'record')
})

job('R094 HAZ-046: who supports the systems cuts somebody off at once and sees no record; two people let them in again', async () => {
  const { card, url } = cardOf(at().london, 'Rao')
  await as('Rao', async nurse => {
    await nurse.open(told.amara)
    await nurse.reads()
    await as('Carvalho', async support => {
      await support.go('/office/isolation')
      await looksRight(support, 'isolation')
      await support.sends('/office/isolation', { what: 'user', which: 'Sunita Rao', because: 'lost-card' }, 'Cut off', /.+/)
      await support.sends('/office/isolation', { what: 'user', which: card, because: 'lost-card' }, 'Cut off')
      for (const path of ['/office', '/office/isolation', '/office/organisations', '/office/processing']) {
        await support.go(path)
        assert.doesNotMatch(await support.reads('main'), CLINICAL, path)
      }
      await findsNobody(support)
      for (const path of ['/office/privacy', '/office/objections', '/office/opt-outs']) {
        await support.go(path)
        assert.equal(await support.page.locator('main form').count(), 0, path)
      }
      await support.go('/office/isolation')
      await support.sends('/release', {}, 'Ask to let in')
    })
    await until(async () => {
      await nurse.go('/find')
      return (await nurse.page.getByRole('button', { name: 'Find by number' }).count()) === 0
    })
  })
  await as('Hobbs', async second => {
    await second.go('/office/isolation')
    await looksRight(second, 'isolation-release')
    await second.sends('/release', {}, 'Agree')
    assert.match(await second.reads('main'), /Nobody and nothing is cut off/)
  })
  await until(async () => {
    const back = await createVisitor(url).signIn(card)
    return back.url.pathname === '/find'
  })
})

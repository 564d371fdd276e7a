import { spacedNhsNumber } from '../../../care-record/nhs-number.ts'
import {
  button,
  details,
  errorSummary,
  input,
  insetText,
  radios,
  stackedTable,
  summaryList,
  textarea,
  warningCallout,
} from '../../components/nhsuk.ts'
import { staffDate } from '../../format.ts'
import { html, nothing, type Child, type Html } from '../../html.ts'
import { officePage, type OfficeFrame } from './office.ts'
import { officeForm } from './takes-part.ts'

export const OPT_OUTS_PATH = '/office/opt-outs'

export type ScopeShown = { readonly kind: 'everything' } | { readonly kind: 'organisation'; readonly odsCode: string }

export interface OptOutListModel {
  readonly goLive: { readonly allowed: boolean; readonly unworked: number; readonly refusedLines: number; readonly brokenOff: number }
  readonly counts: { readonly matched: number; readonly unmatched: number; readonly nobody: number; readonly withheld: number }
  readonly waiting: readonly {
    readonly id: string
    readonly system: string
    readonly systemId: string
    readonly saidOn: string
    readonly scope: ScopeShown
    readonly withheld: number
  }[]
  readonly imports: readonly {
    readonly at: string
    readonly by: string
    readonly systems: readonly string[]
    readonly finished: boolean
    readonly counts: Readonly<Record<string, number>>
    readonly refused: readonly { readonly line: number; readonly words: string }[]
  }[]
  readonly gone: readonly { readonly system: string; readonly systemId: string }[]
  /** What was pasted and counted, or could not be. */
  readonly pasted?: {
    readonly text: string
    readonly report?: {
      readonly dryRun: boolean
      readonly counts: Readonly<Record<string, number>>
      readonly refused: readonly { readonly line: number; readonly words: string }[]
    }
    readonly fault?: string
  }
}

const SYSTEMS: Readonly<Record<string, string>> = { 'connect-care': 'Connect Care', 'local-care-record': 'Local Care Record' }
const systemWords = (system: string): string => SYSTEMS[system] ?? system
const scopeWords = (scope: ScopeShown): string => (scope.kind === 'everything' ? 'Everything' : `What ${scope.odsCode} holds`)

const COUNTS: readonly (readonly [string, string])[] = [
  ['lines', 'Lines'],
  ['refused', 'Lines that could not be read'],
  ['twice', 'There twice'],
  ['fresh', 'New'],
  ['changed', 'Changed'],
  ['same', 'As before'],
  ['matchedByNumber', 'Matched by number and details'],
  ['matchedByDetails', 'Matched without a number, or by a steward'],
  ['numberDiffers', 'Number and details are not one person’s'],
  ['unmatched', 'Not matched'],
  ['unmatchedNobody', 'Not matched, and nobody known here could be the person'],
  ['withheld', 'Records withheld until somebody decides'],
  ['gone', 'In an earlier file and not in this one (they stand)'],
]
const countList = (counts: Readonly<Record<string, number>>): Html =>
  summaryList(COUNTS.flatMap(([name, words]) => (counts[name] === undefined ? [] : [[words, counts[name]] as const])))
const refusedList = (refused: readonly { readonly line: number; readonly words: string }[]): Child =>
  refused.length > 0 &&
  html`<h3 class="nhsuk-heading-s">Lines that could not be read</h3>
    <ul class="nhsuk-list nhsuk-list--bullet">
      ${refused.map(({ line, words }) => html`<li>Line ${line}: ${words}</li>`)}
    </ul>`

/** What waits, how the files went, and a short list to paste. Names nobody. */
export const optOutsPage = (frame: OfficeFrame, model: OptOutListModel): Html => {
  const { goLive, counts, pasted } = model
  return officePage(
    frame,
    'Opt-outs of earlier records',
    html`${pasted?.fault !== undefined && errorSummary([{ words: pasted.fault, href: '#csv' }])}
      <p>
        People who said no to Connect Care or the Local Care Record need not ask again. Where it is not known who somebody is, every record
        that could be theirs is withheld until you decide.
      </p>
      ${
        goLive.allowed
          ? insetText(html`<p>Nothing waits. Sources may be added.</p>`)
          : warningCallout(
              'Nothing goes live and no source is added',
              html`<ul class="nhsuk-list nhsuk-list--bullet">
                ${goLive.unworked > 0 && html`<li>Opt-outs that wait for you: ${goLive.unworked}</li>`}
                ${goLive.refusedLines > 0 && html`<li>Lines of the last files that could not be read: ${goLive.refusedLines}</li>`}
                ${goLive.brokenOff > 0 && html`<li>Imports that were broken off, to be run again: ${goLive.brokenOff}</li>`}
              </ul>`,
            )
      }
      ${summaryList([
        ['With their person', counts.matched],
        ['Waiting', counts.unmatched],
        ['Nobody here', counts.nobody],
        ['Records withheld until you decide', counts.withheld],
      ])}
      ${
        model.waiting.length > 0 &&
        stackedTable(
          counts.unmatched > model.waiting.length ? `The ${model.waiting.length} that have waited longest` : 'Waiting',
          ['Said to', 'On', 'About', 'Records withheld'],
          model.waiting.map(one => [
            html`<a href="${OPT_OUTS_PATH}/${one.id}">${systemWords(one.system)} ${one.systemId}</a>`,
            staffDate(one.saidOn),
            scopeWords(one.scope),
            one.withheld,
          ]),
        )
      }
      ${
        model.gone.length > 0 &&
        details(
          'In an earlier file and not in the last',
          html`<p>They stand. Only the person can end them.</p>
            <ul class="nhsuk-list nhsuk-list--bullet">
              ${model.gone.map(({ system, systemId }) => html`<li>${systemWords(system)} ${systemId}</li>`)}
            </ul>`,
        )
      }
      <p><a href="${OPT_OUTS_PATH}/called">Somebody calls about a record that is withheld</a></p>
      <h2 class="nhsuk-heading-m">Files so far</h2>
      ${
        model.imports.length === 0
          ? html`<p>No file was imported.</p>`
          : model.imports.map(one =>
              details(
                html`${one.systems.map(systemWords).join(' and ')}, ${staffDate(one.at)}, by ${one.by}${!one.finished && ', broken off'}`,
                html`${countList(one.counts)}${refusedList(one.refused)}`,
              ),
            )
      }
      <h2 class="nhsuk-heading-m">A short list</h2>
      ${pasted?.report && reportPart(pasted.report)}
      ${officeForm(
        frame,
        OPT_OUTS_PATH,
        html`${textarea({
          name: 'csv',
          label: 'Lines of the file, the first with the names of the columns',
          hint: 'At most 200 lines. Longer files are imported by command.',
          value: pasted?.text ?? '',
          error: pasted?.fault,
        })}
        ${button('Count, and write nothing', { name: 'do', value: 'count', secondary: pasted?.report?.dryRun === true })}
        ${pasted?.report?.dryRun === true && button('Import', { name: 'do', value: 'import' })}`,
      )}`,
  )
}

const reportPart = ({ dryRun, counts, refused }: NonNullable<NonNullable<OptOutListModel['pasted']>['report']>): Html =>
  html`<div role="status">
    <h3 class="nhsuk-heading-s">${dryRun ? 'Nothing was written. An import would give:' : 'Imported'}</h3>
    ${countList(counts)}${refusedList(refused)}
  </div>`

export interface OptOutModel {
  readonly id: string
  readonly system: string
  readonly systemId: string
  readonly state: 'matched' | 'unmatched' | 'nobody'
  readonly register: 'not-asked' | 'answered' | 'too-many' | 'silent'
  /** It can be asked with what is known. */
  readonly canAsk: boolean
  readonly said: {
    readonly number: string
    readonly name: string
    readonly birthDate: string
    readonly saidOn: string
    readonly scope: ScopeShown
    readonly takenBy: string
  }
  readonly waiting: readonly {
    readonly id: string
    readonly nhsNumber: string
    readonly name: string
    readonly birthDate: string | null
    readonly postcode: 'agrees' | 'differs' | 'unknown'
    readonly because: string
  }[]
  readonly fault?: string
}

const BECAUSE: Readonly<Record<string, string>> = {
  number: 'The number and the details agree',
  'number-details-differ': 'The number is theirs, the details are not',
  'number-unknown': 'The number stands in the file; nobody here is known by it',
  details: 'Name, date of birth or address could be theirs',
}
const REGISTER: Readonly<Record<OptOutModel['register'], string>> = {
  'not-asked': 'Not asked yet',
  answered: 'Asked; whoever it found is below',
  'too-many': 'Asked; more people match than it lists',
  silent: 'Asked; it did not answer',
}
const POSTCODE = { agrees: 'The same', differs: 'Another', unknown: 'Not known' } as const
const STATE = { matched: 'It has found its person.', unmatched: '', nobody: 'Nobody here is this person.' } as const

/** One opt-out and everybody it could be about, with a word on each. Its own page shows people: it is opened in writing. */
export const optOutPage = (frame: OfficeFrame, model: OptOutModel): Html =>
  officePage(
    frame,
    `${systemWords(model.system)} ${model.systemId}`,
    html`${model.fault !== undefined && errorSummary([{ words: model.fault, href: model.waiting[0] ? `#p-${model.waiting[0].id}` : '#nobody' }])}
      ${model.state !== 'unmatched' && insetText(html`<p>${STATE[model.state]}</p>`)}
      <h2 class="nhsuk-heading-m">What was said</h2>
      ${summaryList([
        ['NHS number', model.said.number],
        ['Name', model.said.name],
        ['Date of birth', model.said.birthDate],
        ['Said on', staffDate(model.said.saidOn)],
        ['About', scopeWords(model.said.scope)],
        ['Taken by', model.said.takenBy],
        ['National register', REGISTER[model.register]],
      ])}
      ${model.state === 'unmatched' && decisions(frame, model)}
      <p>
        <a href="${OPT_OUTS_PATH}${frame.offices.some(each => each === 'stewarding' || each === 'objections') ? '' : '/called'}">Back</a>
      </p>`,
  )

/** Somebody treats a person whose record is withheld for what may be another's word: found by what their page calls it. */
export const optOutCalledPage = (frame: OfficeFrame, fault?: string): Html =>
  officePage(
    frame,
    'A record withheld for what another may have said',
    html`${fault !== undefined && errorSummary([{ words: fault, href: '#reference' }])}
      <p>
        Whoever treats the person finds the reference on the page about sharing. Ask them who the person says they are and whether they ever
        said no. What you decide is in force at once, everywhere.
      </p>
      <form method="get" action="${OPT_OUTS_PATH}/called">
        ${input({ name: 'reference', label: 'Reference', hint: '8 letters and digits, for example 1a2b 3c4d', width: 10, autocomplete: 'off', error: fault })}
        ${button('Find it')}
      </form>`,
  )

const isToAsk = ({ canAsk, register }: OptOutModel): boolean => canAsk && (register === 'not-asked' || register === 'silent')

const decisions = (frame: OfficeFrame, model: OptOutModel): Html =>
  html`${
      model.canAsk
        ? officeForm(frame, `${OPT_OUTS_PATH}/${model.id}/register`, button('Ask the national register', { secondary: true }))
        : html`<p>Too little is known to ask the national register.</p>`
    }
    <h2 class="nhsuk-heading-m">Who it could be</h2>
    ${model.waiting.length === 0 ? html`<p>Nobody known here could be this person.</p>` : nothing}
    ${officeForm(
      frame,
      `${OPT_OUTS_PATH}/${model.id}`,
      html`${model.waiting.map(
        one =>
          html`${summaryList([
            ['Name', one.name],
            ['NHS number', spacedNhsNumber(one.nhsNumber)],
            ['Date of birth', one.birthDate ?? 'Not known'],
            ['Postcode', POSTCODE[one.postcode]],
            ['Why they are here', BECAUSE[one.because] ?? ''],
          ])}
          ${radios({
            name: `p-${one.id}`,
            label: `Is it ${one.name}?`,
            size: 's',
            heading: false,
            items: [
              { value: 'is', words: 'Yes, this person', hint: 'Their record stays withheld' },
              { value: 'is-not', words: 'Not this person', hint: 'Their record is shown again' },
              { value: 'later', words: 'Not decided', hint: 'Their record stays withheld' },
            ],
          })}`,
      )}
      ${
        model.waiting.length === 0 &&
        (isToAsk(model)
          ? html`<p>
              Here only the people of this area are known. Ask the national register before you say that it is nobody: it may be somebody
              whom another area knows, and whose record is shown there until you do.
            </p>`
          : radios({
              name: 'nobody',
              label: 'Is it nobody here?',
              size: 's',
              heading: false,
              items: [
                { value: 'yes', words: 'Nobody here', hint: 'It waits no longer. Whoever comes later and could be the person is withheld' },
                { value: 'later', words: 'Not decided' },
              ],
            }))
      }
      ${(model.waiting.length > 0 || !isToAsk(model)) && button('Save')}`,
    )}`

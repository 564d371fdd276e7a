import { SECTIONS } from '../../../care-record/section.ts'
import { button, dateInput, details, errorSummary, input, radios, textarea } from '../../components/nhsuk.ts'
import { checkboxes, taskList } from '../../components/task-list.ts'
import { html, type Child, type Html } from '../../html.ts'
import { officePage, type OfficeFrame } from './office.ts'
import { dateValues } from './organisations.ts'
import { DSP_WORDS, KIND_WORDS, officeForm, systemsShown, type SystemShown } from './takes-part.ts'

export const CONNECTIONS_PATH = '/office/connections'

type Values = Readonly<Record<string, string>>
type Errors = Readonly<Record<string, string>>
interface TaskPage {
  readonly title: string
  readonly hint?: string
  readonly fields: (values: Values, errors: Errors) => Child
}

const text = (name: string, label: string, values: Values, errors: Errors, hint?: string): Html =>
  input({ name, label, value: values[name], error: errors[name], ...(hint === undefined ? {} : { hint }) })
const date = (name: string, label: string, values: Values, errors: Errors): Html =>
  dateInput({ name, label, size: 's', heading: false, error: errors[name], values: dateValues(values, name) })
const choice = (name: string, label: string, items: Parameters<typeof radios>[0]['items'], values: Values, errors: Errors): Html =>
  radios({ name, label, size: 's', heading: false, items, value: values[name], error: errors[name] })

export const sharingFields = (values: Values, errors: Errors, mayShareNothing: boolean): Html =>
  html`${choice(
    'sharing',
    'What it shares',
    [
      { value: 'all', words: 'Every part of the record that it holds' },
      { value: 'some', words: 'The parts ticked below' },
      ...(mayShareNothing ? [{ value: 'none', words: 'Nothing: it only views' }] : []),
    ],
    values,
    errors,
  )}
  ${checkboxes(
    'Parts of the record',
    SECTIONS.map(({ id, title }) => ({ name: `section-${id}`, words: title, checked: values[`section-${id}`] === 'yes' })),
  )}`

/** The tasks in their order; the last of the nine is the review itself, which two others do. */
export const TASK_PAGES: Readonly<Record<string, TaskPage>> = {
  organisation: {
    title: 'The organisation',
    fields: (v, e) =>
      html`${text('name', 'Name', v, e)} ${text('short', 'Short name that staff know it by', v, e)}
      ${text('odsCode', 'ODS code', v, e, 'For example RJZ')}`,
  },
  kind: {
    title: 'Kind and area',
    hint: 'Insurers, employers, police, benefits offices and research organisations can never take part.',
    fields: (v, e) =>
      html`${choice(
        'kind',
        'What kind of organisation is it?',
        Object.entries(KIND_WORDS).flatMap(([value, words]) => (value === 'national' || value === 'other' ? [] : [{ value, words }])),
        v,
        e,
      )}
      ${text('area', 'Area it serves', v, e, 'For example Lewisham')}`,
  },
  agreement: {
    title: 'Agreement',
    fields: (v, e) =>
      html`${textarea({ name: 'reason', label: 'Why does it need to take part?', hint: 'The use for care, in two or three sentences.', rows: 4, value: v['reason'], error: e['reason'] })}
      ${text('contract', 'Where the signed agreement is kept', v, e)} ${date('from', 'First day', v, e)} ${date('until', 'Last day', v, e)}`,
  },
  'dsp-toolkit': {
    title: 'DSP Toolkit',
    hint: 'As published on dsptoolkit.nhs.uk today.',
    fields: (v, e) =>
      html`${choice(
        'status',
        'Published status',
        Object.entries(DSP_WORDS).map(([value, words]) => ({ value, words })),
        v,
        e,
      )}
      ${date('until', 'Last day on which it counts', v, e)}`,
  },
  contacts: {
    title: 'Contacts',
    fields: (v, e) =>
      html`${text('phone', 'Phone number for the public', v, e)} ${text('web', 'Web page for the public', v, e, 'With https://')}
      ${text('contact', 'Who answers for information governance', v, e, 'A role and how to reach it')}`,
  },
  shares: { title: 'What it shares', fields: (v, e) => sharingFields(v, e, true) },
  viewers: {
    title: 'Who may view',
    hint: 'Who sees what of it depends on their role and on their care for the person.',
    fields: (v, e) =>
      html`${choice(
        'who',
        'Who may view what it shares?',
        [
          { value: 'everyone', words: 'Every connected organisation that gives care' },
          { value: 'named', words: 'These organisations only' },
        ],
        v,
        e,
      )}
      ${text('codes', 'Their ODS codes', v, e, 'With spaces between them')}`,
  },
  check: {
    title: 'Connection test',
    hint: 'Once the area’s file names its system, this exchange asks it at that address, on the page of the organisation. It cannot go live before its systems answer.',
    fields: (v, e) =>
      html`${choice(
        'result',
        'Does it connect a system?',
        [
          { value: 'passed', words: 'Yes: what it brings was checked too, and nothing is wrong' },
          { value: 'views-only', words: 'No: it only views' },
        ],
        v,
        e,
      )}
      ${details(
        'How what it brings is checked',
        html`<p><code>npm run connect -- --fhir https://their.address/fhir</code></p>
          <p>
            Whoever runs the exchange does this with a made-up person whom the system knows. docs/connecting.md says what each line of its
            report means.
          </p>`,
      )}`,
  },
  'go-live': {
    title: 'Approvals and go-live date',
    hint: 'Two people of two other organisations review what you send. It connects on this day if both have approved and nothing has lapsed.',
    fields: (v, e) => date('date', 'Goes live on', v, e),
  },
}

/** Tasks of an application, and sending it when all are done. */
export const connectionPage = (
  frame: OfficeFrame,
  model: { readonly id: string; readonly title: string; readonly done: ReadonlySet<string>; readonly fault?: string },
): Html => {
  const tasks = Object.entries(TASK_PAGES)
  const left = tasks.filter(([task]) => !model.done.has(task)).length
  return officePage(
    frame,
    model.title === '' ? 'Connect an organisation' : `Connect ${model.title}`,
    html`${model.fault !== undefined && errorSummary([{ words: model.fault, href: '#tasks' }])}
      <div id="tasks">
        ${taskList(
          tasks.map(([task, { title }]) => ({ title, href: `${CONNECTIONS_PATH}/${model.id}/${task}`, done: model.done.has(task) })),
        )}
      </div>
      ${
        left === 0
          ? officeForm(frame, `${CONNECTIONS_PATH}/${model.id}`, button('Send for review'))
          : html`<p>${tasks.length - left} of ${tasks.length} tasks are done. It can be sent when all are.</p>`
      }`,
  )
}

export const connectionStartPage = (frame: OfficeFrame): Html =>
  officePage(
    frame,
    'Connect an organisation',
    html`<p>You fill in nine tasks, in any order and over several days. Then two people of two other organisations review them.</p>
      <p>Nobody approves what they or their own organisation asked for, and the team that delivers the record approves nothing.</p>
      ${officeForm(frame, '/office/organisations/new', button('Start'))}`,
  )

/** One task of an application. */
export const connectionTaskPage = (
  frame: OfficeFrame,
  model: {
    readonly id: string
    readonly task: string
    readonly values: Values
    readonly errors: Errors
    readonly systems?: readonly SystemShown[]
  },
): Html | undefined => {
  const page = Object.hasOwn(TASK_PAGES, model.task) ? TASK_PAGES[model.task] : undefined
  if (!page) return undefined
  return officePage(
    frame,
    page.title,
    html`${errorSummary(Object.entries(model.errors).map(([field, words]) => ({ words, href: `#${field}` })))}
      ${page.hint !== undefined && html`<p>${page.hint}</p>`}
      ${(model.systems ?? []).length > 0 && systemsShown(model.systems ?? [], () => '')}
      ${officeForm(frame, `${CONNECTIONS_PATH}/${model.id}/${model.task}`, html`${page.fields(model.values, model.errors)} ${button('Save')}`)}
      <p><a href="${CONNECTIONS_PATH}/${model.id}">Back to the tasks</a></p>`,
  )
}

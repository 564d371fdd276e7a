import type { RoleGroup } from '../../../care-record/catalogue.ts'
import { SECTIONS } from '../../../care-record/section.ts'
import { button, dateInput, details, errorSummary, input, radios, textarea } from '../../components/nhsuk.ts'
import { checkboxes } from '../../components/task-list.ts'
import { html, type Child, type Html } from '../../html.ts'
import { officePage, type OfficeFrame } from './office.ts'
import { GROUP_WORDS, RULES_PATH } from './rules.ts'
import { KIND_WORDS, officeForm } from './takes-part.ts'

type Values = Readonly<Record<string, string>>
type Errors = Readonly<Record<string, string>>

/** What a proposal is about, and what it may choose from. */
export interface ProposalModel {
  readonly kind: 'class' | 'profile' | 'service' | 'share-class'
  readonly subject: string
  /** What it is called where there is a name. */
  readonly title: string
  readonly classes: readonly { readonly id: string; readonly title: string }[]
  readonly groups: readonly RoleGroup[]
  readonly kinds: readonly (keyof typeof KIND_WORDS)[]
  readonly values: Values
  readonly errors: Errors
}

const boxes = (legend: string, prefix: string, items: readonly (readonly [id: string, words: string])[], values: Values): Html =>
  checkboxes(
    legend,
    items.map(([id, words]) => ({ name: `${prefix}-${id}`, words, checked: values[`${prefix}-${id}`] === 'yes' })),
  )
const sections = SECTIONS.map(({ id, title }): [string, string] => [id, title])
const classes = ({ classes: all }: ProposalModel): readonly (readonly [string, string])[] => all.map(({ id, title }) => [id, title])

const FIELDS: Readonly<Record<ProposalModel['kind'], (model: ProposalModel) => Child>> = {
  class: model =>
    html`<p>Tick every role that may see it. No tick: nobody sees it.</p>
      ${boxes(
        'Who sees it',
        'seenBy',
        model.groups.map(group => [group, GROUP_WORDS[group]]),
        model.values,
      )}`,
  profile: model =>
    html`<p>Tick what this provider does not share with anybody else. It is said to everyone that it is not shared.</p>
      ${boxes('Parts of the record it does not share', 'section', sections, model.values)}
      ${boxes('Classes it does not share', 'class', classes(model), model.values)}
      ${textarea({
        name: 'documentClasses',
        label: 'Kinds of document it does not share',
        hint: 'Codes of document types, one a line',
        value: model.values['documentClasses'],
        error: model.errors['documentClasses'],
      })}`,
  service: model =>
    html`${input({ name: 'odsCode', label: 'ODS code of the organisation', code: true, width: 10, value: model.values['odsCode'], error: model.errors['odsCode'] })}
    ${input({ name: 'localCode', label: 'Code of the clinic, ward or service', code: true, width: 20, value: model.values['localCode'], error: model.errors['localCode'] })}
    ${input({ name: 'name', label: 'Its name', value: model.values['name'], error: model.errors['name'] })}
    ${input({ name: 'treatmentFunction', label: 'Treatment function code', hint: 'Three characters, or nothing', code: true, width: 4, value: model.values['treatmentFunction'], error: model.errors['treatmentFunction'] })}
    ${radios({
      name: 'legalClass',
      label: 'What is it?',
      value: model.values['legalClass'],
      error: model.errors['legalClass'],
      size: 'm',
      heading: false,
      items: [{ value: 'ordinary', words: 'An ordinary service' }, ...model.classes.map(({ id, title }) => ({ value: id, words: title }))],
    })}`,
  'share-class': model =>
    html`${input({ name: 'id', label: 'Short name for our systems', hint: 'Small letters and hyphens', code: true, width: 20, value: model.values['id'], error: model.errors['id'] })}
    ${input({ name: 'title', label: 'In the words a person reads', value: model.values['title'], error: model.errors['title'] })}
    ${boxes(
      'Held by organisations of these kinds',
      'kind',
      model.kinds.map(kind => [kind, KIND_WORDS[kind]]),
      model.values,
    )}
    ${boxes('Parts of the record', 'section', sections, model.values)} ${boxes('Classes', 'class', classes(model), model.values)}
    ${input({ name: 'owner', label: 'Who owns it', value: model.values['owner'], error: model.errors['owner'] })}`,
}
const TITLES: Readonly<Record<ProposalModel['kind'], string>> = {
  class: 'Propose who sees',
  profile: 'Propose what is not shared by',
  service: 'Propose a line of a register',
  'share-class': 'Propose a class of sharing',
}

/** One form: what shall stand, from when, why, and the report of its trial run. */
export function proposalPage(frame: OfficeFrame, model: ProposalModel): Html {
  const { values, errors } = model
  const title = model.kind === 'class' || model.kind === 'profile' ? `${TITLES[model.kind]}: ${model.title}` : TITLES[model.kind]
  const failed = Object.entries(errors)
  return officePage(
    frame,
    title,
    html`${errorSummary(failed.map(([field, words]) => ({ words, href: field === 'form' ? '#from' : `#${field}` })))}
      ${officeForm(
        frame,
        `${RULES_PATH}/propose/${model.kind}/${encodeURIComponent(model.subject)}`,
        html`${FIELDS[model.kind](model)}
        ${dateInput({
          name: 'from',
          label: 'From which day?',
          hint: 'Today or later',
          error: errors['from'],
          values: [values['fromDay'], values['fromMonth'], values['fromYear']],
          size: 'm',
          heading: false,
        })}
        ${textarea({ name: 'reason', label: 'Why?', hint: 'Nothing about any person', value: values['reason'], error: errors['reason'], rows: 3 })}
        ${details(
          'Attach the report of a trial run',
          textarea({
            name: 'trial',
            label: 'Report',
            hint: 'The summary that npm run what-if wrote for this very change',
            value: values['trial'],
            error: errors['trial'],
            rows: 3,
          }),
        )}
        ${button('Propose')}`,
      )}
      <p><a href="${RULES_PATH}">What is withheld and shared</a></p>`,
  )
}

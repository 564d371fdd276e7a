import type { ItemClass } from '../care-record/catalogue.ts'
import type { SectionId } from '../care-record/section.ts'
import type { RecordPageModel } from './models.ts'

const WORDS: Readonly<Record<ItemClass, string>> = {
  virus: 'Only COVID-19 results are part of your role.',
  administrative: 'Only what your own organisation recorded is part of your role, and what is not clinical of hospitals and practices.',
}

/** What a section says of a role that sees a part of it: the same for every person, whatever is held (D122). */
export function limitWords({ limits }: Pick<RecordPageModel, 'limits'>, section: SectionId): string | undefined {
  const itemClass = limits?.[section]
  return itemClass === undefined ? undefined : (WORDS[itemClass] ?? 'Only a part of this is part of your role.')
}

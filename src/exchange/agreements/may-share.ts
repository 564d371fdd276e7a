import { isWith, type Agreement, type Catalogue } from '../../care-record/catalogue.ts'
import type { SectionId } from '../../care-record/section.ts'

export type Sharing =
  | { readonly may: true; readonly agreement: Agreement }
  | {
      readonly may: false
      readonly because: 'provider-unknown' | 'consumer-unknown' | 'no-agreement' | 'not-begun' | 'ended' | 'section-not-covered'
    }

/**
 * May this provider's section be shown to someone of this consumer organisation on this day? Both must be in the
 * catalogue; an organisation always sees its own. Where several agreements fall short, the nearest miss is the reason.
 *
 * @param consumerConnected the consumer is in the catalogue of this exchange or of the peer that vouches for it.
 * @param day FHIR date at the provider. The last day of an agreement still counts.
 */
export function mayShare(
  catalogue: Pick<Catalogue, 'organisations' | 'agreements'>,
  provider: string,
  consumer: string,
  section: SectionId,
  day: string,
  consumerConnected: boolean = catalogue.organisations.has(consumer),
): Sharing {
  if (!catalogue.organisations.has(provider)) return { may: false, because: 'provider-unknown' }
  if (!consumerConnected) return { may: false, because: 'consumer-unknown' }
  const between = catalogue.agreements.filter(a => a.provider === provider && isWith(a, consumer, catalogue.organisations))
  const begun = between.filter(a => a.from <= day)
  const current = begun.filter(a => a.until === null || day <= a.until)
  const agreement = current.find(a => a.sections === '*' || a.sections.includes(section))
  if (agreement) return { may: true, agreement }
  if (current.length > 0) return { may: false, because: 'section-not-covered' }
  if (begun.length > 0) return { may: false, because: 'ended' }
  return { may: false, because: between.length > 0 ? 'not-begun' : 'no-agreement' }
}

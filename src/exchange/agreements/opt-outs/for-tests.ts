import type { OptOut } from './line.ts'

/** Somebody who said no to Connect Care about everything. */
export const optOut = (over: Partial<OptOut> = {}): OptOut => ({
  system: 'connect-care',
  systemId: 'CC-1',
  family: 'Okonkwo',
  given: ['Ngozi', 'Ruth'],
  birthDate: '1984-05-17',
  postcode: 'SE84AA',
  saidOn: '2019-03-02',
  scope: { kind: 'everything' },
  ...over,
})

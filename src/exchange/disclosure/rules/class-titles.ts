/** What the owners of rules call each class. Said on their own pages, never in a record. */
export const CLASS_TITLES: Readonly<Record<string, string>> = {
  'sexual-health': 'Sexual health',
  fertility: 'Licensed fertility treatment',
  'gender-reassignment': 'Gender reassignment',
  confidential: 'Marked confidential by its author',
  'restricted-document': 'Documents labelled restricted',
  'third-party': 'About or from a third party',
  'therapy-notes': 'Therapy notes',
  immigration: 'Immigration status',
  'overseas-visitor': 'Overseas visitor status',
  'research-participation': 'Participation in research',
  'serious-harm': 'May cause serious harm if told',
  'termination-of-pregnancy': 'Termination of pregnancy',
  'domestic-violence': 'Domestic violence and abuse',
  'forced-marriage': 'Forced marriage and abuse in the name of honour',
  safeguarding: 'Safeguarding and child protection',
  crime: 'Victims of crime, and offending',
  'sexual-assault-referral': 'Sexual assault referral centres',
  'occupational-health': 'Occupational health',
  custody: 'Custody and prison health care',
}

/** The title, or the id itself of a class that nobody has named. */
export const classTitle = (id: string): string => (Object.hasOwn(CLASS_TITLES, id) ? (CLASS_TITLES[id] ?? id) : id)

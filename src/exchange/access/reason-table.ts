interface Words {
  /** For the professional. The same for every person: what is known of one is not in it. */
  readonly page: string
  /** As events keep it. */
  readonly audit: string
  /** For a privacy officer or Caldicott Guardian. */
  readonly officer: string
  /** For the person, in plain English. */
  readonly letter: string
}

/** Reasons that rest on the person read alike on the page, whatever they are. */
const NOT_IN_CARE = 'You are not shown as caring for this person.'
const NOTHING_TO_SHOW = 'No information is available to show for this person.'
const fact = (audit: string, officer: string, letter: string): Words => ({
  page: NOT_IN_CARE,
  audit: `{type}: ${audit}`,
  officer: `{type:words}: ${officer}`,
  letter,
})
const objection = (audit: string, officer: string, letter: string): Words => ({ page: NOTHING_TO_SHOW, audit, officer, letter })
const words = (page: string, audit: string, officer: string, letter: string): Words => ({ page, audit, officer, letter })

/**
 * Every answer a decision can give, in the words of each reader. `{name}` is what the reason carries under that name, `{name:words}` a
 * relationship in plain words. A code without its four does not compile.
 */
export const reasonTable = {
  'direct-care': words('It is for direct care.', 'direct care', 'Direct care.', 'The record was asked for to give you care.'),
  'other-purpose': words(
    'This service is for direct care only.',
    'the purpose is not direct care',
    'The purpose was {purpose}. Only direct care opens a record.',
    'Somebody asked for a reason other than giving you care. They were refused.',
  ),

  'none-isolated': words(
    'Nobody is cut off.',
    'nobody is isolated',
    'Nobody is cut off.',
    'Nothing stood in the way of the system they used.',
  ),
  'user-isolated': words(
    'Your access is switched off. Call your service desk.',
    'the user is isolated',
    'The user is cut off everywhere.',
    'This member of staff could not use the service at that time.',
  ),
  'organisation-isolated': words(
    'Your organisation is switched off for now. Call your service desk.',
    'the organisation is isolated',
    'Organisation {organisation} is cut off everywhere.',
    'This organisation could not use the service at that time.',
  ),
  'exchange-isolated': words(
    'The service of this area is switched off for now. Call your service desk.',
    'exchange {exchange} is isolated',
    'Exchange {exchange} is cut off everywhere.',
    'The service of that area could not be used at that time.',
  ),

  'role-listed': words('Your role includes this.', '{title}', '{title}.', 'Their job may open records of people in their care.'),
  'role-unlisted': words(
    'Your role does not include this.',
    'the role is not in the role table',
    'The job-role code is not in the role table. It opens nothing.',
    'Their job may not open records. They were refused.',
  ),
  'role-sees-nothing': words(
    'Your role does not include this.',
    'the role may see no section',
    'The role works beside the record and sees nothing of it.',
    'Their job may not open records. They were refused.',
  ),

  'in-good-standing': words(
    'You may use this service.',
    'employed, registered, rules accepted',
    'Yes.',
    'They were employed there, registered where their job needs it, and had agreed to the rules.',
  ),
  'register-fee-due': words(
    'Your registration fee is unpaid. Pay it by {until} to keep your access.',
    'register fee unpaid, counts before {until}',
    'The register fee is unpaid. It counts until {until}.',
    'They were employed there, registered, and had agreed to the rules.',
  ),
  'employment-ended': words(
    'Your employer says that this role has ended. Call your service desk.',
    'the employment has ended',
    'The employer says that the employment has ended.',
    'They no longer worked there. They were refused.',
  ),
  'employment-unknown': words(
    'Your employer has not yet confirmed this role. Call your service desk.',
    'the employer has said nothing of this user',
    'The employer has said nothing of this user.',
    'Their employer had not confirmed their job. They were refused.',
  ),
  'register-fee-unpaid': words(
    'Your registration fee has been unpaid for too long. Call your professional register.',
    'the register fee is unpaid for too long',
    'The register fee has been unpaid for longer than the rules allow.',
    'Their professional registration did not allow it. They were refused.',
  ),
  'register-suspended': words(
    'Your professional register does not allow you to practise now.',
    'suspended on the professional register',
    'Suspended on the professional register.',
    'Their professional registration did not allow it. They were refused.',
  ),
  'register-lapsed': words(
    'Your professional registration has lapsed. Call your professional register.',
    'lapsed on the professional register',
    'Lapsed on the professional register.',
    'Their professional registration did not allow it. They were refused.',
  ),
  'register-not-regulated': words(
    'This role needs a professional registration, and none is held for you.',
    'the role needs a professional register, and none keeps this user',
    'The role needs a professional register, and the user is on none.',
    'Their job needs a professional registration, which they did not have. They were refused.',
  ),
  'register-unknown': words(
    'Your professional registration could not be checked. Call your service desk.',
    'the professional register is not known',
    'Nothing is known of their professional registration.',
    'Their professional registration could not be checked. They were refused.',
  ),
  'use-never-accepted': words(
    'Read and accept the rules of use first.',
    'the rules of use were never accepted',
    'They had not accepted the rules of use.',
    'They had not agreed to the rules of this service. They were refused.',
  ),
  'use-accepted-long-ago': words(
    'Read and accept the rules of use again. You do this once a year.',
    'the rules of use were accepted too long ago',
    'Their acceptance of the rules of use was too old.',
    'They had not agreed to the rules of this service within the year. They were refused.',
  ),

  'organisation-connected': words(
    'Your organisation takes part.',
    'connected',
    'Yes.',
    'Their organisation takes part in the London Care Record.',
  ),
  'organisation-unknown': words(
    'Your organisation does not take part yet.',
    'the organisation is not connected',
    'The organisation is not in the list of those who take part.',
    'Their organisation does not take part. They were refused.',
  ),
  'organisation-not-connected': words(
    'Your organisation does not take part at the moment.',
    'the organisation is {state}',
    'The organisation is {state}.',
    'Their organisation did not take part at that time. They were refused.',
  ),
  'toolkit-overdue': words(
    'Your organisation’s Data Security and Protection Toolkit is overdue. Access ends after {until}.',
    'data security toolkit overdue, served to {until} on a decision',
    'The Data Security and Protection Toolkit is overdue. A named decision serves it to {until}.',
    'Their organisation takes part. Its yearly data security check was late, and a named person had allowed it for some days.',
  ),
  'toolkit-lapsed': words(
    'Your organisation’s Data Security and Protection Toolkit has lapsed.',
    'data security toolkit lapsed since {since}',
    'The Data Security and Protection Toolkit has not counted since {since}, and no decision serves it.',
    'Their organisation had not passed its yearly data security check. They were refused.',
  ),

  'agreement-in-force': words(
    'There is an agreement.',
    'agreement {id}',
    'Agreement {id}.',
    'There is an agreement with their organisation to share records.',
  ),
  'agreement-overdue': words(
    'There is an agreement. It is overdue.',
    'agreement {id}, overdue',
    'Agreement {id}, overdue and served on a named decision.',
    'There is an agreement with their organisation to share records. It was being renewed.',
  ),
  'agreement-none': words(
    'There is no agreement with your organisation.',
    'no agreement with this organisation is in force',
    'No agreement with this organisation is in force.',
    'There was no agreement with their organisation. They were refused.',
  ),

  'peer-trusted': words(
    'Your own exchange has checked this.',
    '{type} is taken on the word of {exchange}',
    'Exchange {exchange} says: {type:words}. Its word counts for this.',
    'The service of their area said that you were in their care.',
  ),
  'peer-not-trusted': words(
    'Your exchange’s word does not count for this.',
    '{type} is not taken on the word of {exchange}',
    'Exchange {exchange} says: {type:words}. Its word does not count for this; our own evidence had to do.',
    'We looked for ourselves at whether you were in their care.',
  ),
  'peer-register-says': words(
    'The national register says where somebody is registered.',
    'registration is read from the register',
    'Where somebody is registered is read from the national register, not from exchange {exchange}.',
    'We looked for ourselves at where you are registered.',
  ),
  'peer-not-live': words(
    'The other exchange is not connected at the moment.',
    'this peer is {state}',
    'That exchange is {state}.',
    'The service of that area was not connected at that time. They were refused.',
  ),

  'relationship-known': words(
    'You are shown as caring for this person.',
    '{type}',
    'Yes: {type:words}.',
    'You were in their care: {type:words}.',
  ),
  'relationship-none': words(
    NOT_IN_CARE,
    'no relationship known',
    'Nothing shows that the person was in their care.',
    'Nothing showed that you were in their care.',
  ),
  'relationship-none-silent': words(
    NOT_IN_CARE,
    'no relationship known, and not every system answered',
    'Nothing shows that the person was in their care; not every system answered.',
    'Nothing showed that you were in their care. Some systems did not answer.',
  ),
  'fact-grants': words('You are shown as caring for this person.', '{type}: {why}', '{type:words}: {why}.', 'We know of {type:words}.'),
  'fact-no-window': fact('no window is set for this kind', 'the rules give it no time.', 'We know of something that does not count.'),
  'fact-other-person': fact('about another person', 'about another person.', 'We know of something that is about somebody else.'),
  'fact-other-organisation': fact(
    'with another organisation',
    'with another organisation.',
    'You were in the care of another organisation.',
  ),
  'fact-may-not-claim': fact(
    'this role may not claim',
    'this role may not give its own reason.',
    'Their own word does not count in their job.',
  ),
  'fact-anothers-claim': fact('given by somebody else', 'somebody else gave that reason.', 'Somebody else gave a reason of their own.'),
  'fact-not-for-role': fact('not for this role', 'not for this role.', 'That does not count for their job.'),
  'fact-no-team': fact('no team is named', 'it names no team, and has to.', 'It was not known which team cared for you.'),
  'fact-other-team': fact('with another team', 'with another team.', 'You were in the care of another team.'),
  'fact-unreadable': fact('its dates cannot be read', 'its dates cannot be read.', 'Its dates could not be read.'),
  'fact-not-begun': fact('not begun', 'it had not begun.', 'That had not begun.'),
  'fact-revoked': fact('taken back by its source', 'its source took it back.', 'Those who told us took it back.'),
  'fact-after-death': fact('begun after the recorded death', 'it began after the recorded death.', 'That began after a recorded death.'),
  'fact-no-end': fact('no end can be set', 'no end can be set.', 'That has no end, and so does not count.'),
  'fact-silent': fact(
    'no end recorded, and no message since',
    'no end recorded, and no message for too long.',
    'Nobody had told us of that for a long time.',
  ),
  'fact-past': fact('its window has passed', 'its time had passed.', 'That was over.'),

  'objection-none': objection('none in force', 'No objection is in force.', 'You had not objected to sharing.'),
  'objection-passed-by': objection(
    'in force, and passed by',
    'An objection is in force; a recorded decision lets this user see all the same.',
    'You had objected. A recorded decision let this person see your record all the same.',
  ),
  'objection-narrowed': objection(
    'passed by on decision {id}, {reason}',
    'Decision {id} ({reason}) opens it for this user.',
    'Two people decided that this was needed, and wrote down why.',
  ),
  'objection-spares-safeguarding': objection(
    'said by somebody else, spares safeguarding: {id}',
    'Somebody else said it for the person; a safeguarding enquiry sees all the same.',
    'An objection that somebody else makes does not stop a safeguarding enquiry.',
  ),
  'objection-kept-apart': objection(
    'in force for a part',
    'They object to a part, which was left out.',
    'You had objected to sharing a part of your record. That part was left out.',
  ),
  'objection-everything': objection(
    'an objection is in force',
    'They object to everything ({basis}).',
    'You had objected to sharing. Nothing was shown.',
  ),
  'objection-scope-unknown': objection(
    'an objection of a scope that is not known here is in force',
    'They object, by a scope that is not known here; it counts as everything.',
    'You had objected to sharing a part of your record. Nothing was shown.',
  ),
  'objection-class-unknown': objection(
    'an objection to a class that is not known here is in force',
    'They object to a class that the rules here do not know; it counts as everything.',
    'You had objected to sharing a part of your record. Nothing was shown.',
  ),
  'staff-blocked': objection(
    'the person has named this user',
    'The person does not want this member of staff to see their record.',
    'You had asked that this member of staff does not see your record. Nothing was shown.',
  ),
  'workplace-blocked': objection(
    'the person has named this workplace',
    'The person does not want this workplace to see their record.',
    'You had asked that this workplace does not see your record. Nothing was shown.',
  ),
  'objections-unknown': objection(
    'the list of objections is not known',
    'The list of objections was not known, so nothing was shown.',
    'We could not check whether you had objected. Nothing was shown.',
  ),
} as const satisfies Readonly<Record<string, Words>>

export type ReasonCode = keyof typeof reasonTable

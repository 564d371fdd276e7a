import type { Language } from '../phrases.ts'

/** For a reader of 9 to 12 years: short sentences, no word of the office. Others are translations of it. */
export const english: Language = {
  tag: 'en',
  title: 'English',
  version: '2026-11-21',
  translator: 'Written in English',
  reviewer: 'Reading age and plain word checks of each build',
  phrases: {
    dear: 'Dear {name},',
    reference: 'Your reference: {reference}',
    draft: 'DRAFT. This letter is not checked yet. Do not send it.',
    page: 'Page {page} of {pages}',

    'subject.received': 'We have your request to stop sharing',
    'subject.more-needed': 'We need something more from you',
    'subject.upheld': 'We have stopped sharing, as you asked',
    'subject.not-upheld': 'We cannot stop sharing, and why',
    'subject.withdrawn': 'We will share again, as you asked',
    'subject.expired': 'Your request to stop sharing has an end',
    'subject.re-decided': 'We looked at your request again',
    'subject.narrowed': 'Some staff may see your record for a short time',

    asked: 'On {date} you asked us to stop sharing in the London Care Record. You asked us not to share this: {scope}.',
    'asked.child':
      'On {date} you asked us to stop sharing in the London Care Record. You asked this for a child you speak for. You asked us not to share this: {scope}.',
    'asked.adult':
      'On {date} you asked us to stop sharing in the London Care Record. You asked this for a person you speak for. You asked us not to share this: {scope}.',
    'scope.everything': 'all health and care notes',
    'scope.organisation': 'the notes that {name} holds',
    'scope.class': 'one kind of notes (“{title}”)',
    'scope.staff': 'any notes, with one member of staff',
    'scope.workplace': 'any notes, with staff at {name}',

    now: 'What happens now',
    'received.held': 'We have stopped sharing this while we decide. It stays stopped until we write to you again.',
    'received.not-held': 'Nothing has changed yet. First we must check who you are, or that you may ask this.',
    'received.by': 'We will write to you by {date} to tell you what we decide.',

    'needed.nothing-yet': 'Nothing has changed yet. We need your help first.',
    'needed.held': 'We have stopped sharing this while we decide. To decide, we need your help.',
    'needed.please': 'Please send us this, or show it to us:',
    'need.proof-of-identity': 'Something that shows who you are, like a passport or a bus pass with your photo.',
    'need.proof-of-address': 'Something that shows where you live, like a bill.',
    'need.proof-of-authority': 'A paper that shows you may speak for this person.',
    'need.court-order': 'A copy of the court order.',
    'need.what-to-stop': 'A note that says what you want us to stop sharing.',
    'need.a-call': 'A call from you, so that we can talk it through.',
    'needed.by': 'Please do this by {date}. If you need more time or some help, call us.',

    'upheld.decided': 'We looked at what you asked. We said yes on {date}.',
    'upheld.everywhere': 'We have stopped sharing this all over London. You do not need to tell anyone else.',

    'refused.decided':
      'We looked at what you asked with care. Two people made the choice on {date}. We are sorry, but we cannot stop sharing this.',
    'refused.why': 'Why we said no',
    'ground.safeguarding-child': 'A child could come to harm if staff do not see this.',
    'ground.safeguarding-adult': 'An adult who needs help to stay safe could come to harm if staff do not see this.',
    'ground.risk-to-self': 'You, or the person you speak for, could come to serious harm if staff do not see this.',
    'ground.risk-to-others': 'Someone else could come to serious harm if staff do not see this.',
    'ground.service-cannot-be-provided': 'The staff cannot give this care safely if they do not see this.',
    'ground.required-by-law': 'The law says that we must share this.',
    'refused.words': 'This is what they want to tell you:',
    'refused.from': 'Staff who care for you can see it from {date}. Each time they look, it is written down.',
    choices: 'What you can do',
    'choices.decline': 'You can choose not to have this visit or this care. Then the staff there do not need to see your notes.',
    'choices.part': 'You can ask us to stop sharing a part. It can be what one place holds, one kind of notes, or one member of staff.',
    'choices.again': 'You can ask us to look again if things change.',

    'withdrawn.told': 'You told us that you changed your mind.',
    'withdrawn.from': 'From {date}, staff who care for you can see your notes again.',
    'withdrawn.not-you': 'If you did not tell us this, call us at once. We will stop sharing again.',

    'expired.turned-16': 'You are 16 now. An adult once asked us this for you. From {date}, the choice is yours.',
    'expired.date-reached': 'The time you asked for ends on {date}. After that, staff who care for you can see your notes again.',
    'expired.answer': 'Do you still want us not to share? Tell us by {date}, and it stays stopped.',

    'again.looked': 'We looked at what you asked again. We made a new choice on {date}.',
    'again.before.upheld': 'The first time, we said yes.',
    'again.before.not-upheld': 'The first time, we said no.',
    'again.outcome.upheld': 'Now we say yes. We do not share this.',
    'again.outcome.not-upheld': 'Now we say no. We are sorry, but we cannot stop sharing this.',

    'narrowed.stands': 'What you asked still stands. We do not share this.',
    'narrowed.some': 'But for a short time, a few staff may see your notes. Each of them was named.',
    'narrowed.one': 'A nurse, a doctor or other trained staff made this choice at once. It could not wait.',
    'narrowed.two': 'Two senior people made this choice.',
    'narrowed.reason.safeguarding': 'They did so to keep a child or an adult safe.',
    'narrowed.reason.serious-risk': 'They did so because someone could come to serious harm.',
    'narrowed.reason.public-interest': 'They did so because it helps to keep other people safe.',
    'narrowed.dates': 'It starts on {since} and ends on {until}. Each time they look, it is written down.',

    stays: 'Good to know',
    'stays.unseen':
      'When we do not share, staff may not see things they need to know. This is so even if you are very ill and cannot speak.',
    'stays.letters':
      'Letters about your care still go from one place to the next, such as when your GP sends you to a hospital. Each place still keeps its own notes.',
    'stays.copied': 'What a place has already copied into its own notes stays there. We cannot take it back.',
    'stays.copies': 'A copy of a letter that another place holds, such as your GP, can still be seen.',
    'stays.care': 'You will still get care.',
    'stays.emergency':
      'If someone could come to serious harm, two senior people can let named staff see your notes for a short time. Staff can ask for this by day or night.',

    mind: 'If you change your mind',
    'mind.how': 'You can change your mind at any time. Tell anyone who cares for you, or call us.',

    complain: 'If you are not happy with this',
    'complain.us': 'Talk to us first, if you can. This team will help you to complain:',
    'complain.officer':
      'You can also write to our data protection officer. This person checks how we use what we know about you. They will tell you within 30 days that they have your letter.',
    'complain.commissioner':
      'If you are still not happy, tell the Information Commissioner. They make sure that people follow the law. It is free.',

    contact: 'How to reach us',
    'contact.night': 'If it cannot wait, there is a number you can call by day or night:',
    'contact.formats': 'Do you need this letter in big print, in Braille, read aloud or in your own language? Please call us.',
    'label.phone': 'Phone',
    'label.email': 'Email',
    'label.web': 'Web',
    'label.address': 'Address',
    'label.night': 'Day and night',
  },
}

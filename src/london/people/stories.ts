import { told } from './told-people.ts'
import type { CityPerson } from './told.ts'

/** One of the lives told by hand: who, what there is to see, and whose sign-in to begin with. */
export interface ToldStory {
  readonly nhsNumber: CityPerson['nhsNumber']
  readonly name: string
  readonly story: string
  /** Family name of the member of staff of the city who has reason to look. */
  readonly firstLookedAt: string
}

const story = (nhsNumber: CityPerson['nhsNumber'], name: string, firstLookedAt: string, told: string): ToldStory => ({
  nhsNumber,
  name,
  story: told,
  firstLookedAt,
})

/** The stories of the city, the best to begin with first. */
export const toldStories: readonly ToldStory[] = [
  story(
    told.amara,
    'Amara Okafor',
    'Shah',
    'In A&E after a fall: one hospital knows of no allergy, her practice of an anaphylaxis, and two doses of apixaban stand side by side.',
  ),
  story(
    told.overdose,
    'Daniel Hughes',
    'Shah',
    'Overdose at 3 a.m.: what he may have taken was prescribed elsewhere, and a mental health trust in another area has a plan for him.',
  ),
  story(
    told.kidneyBoy,
    'Daniel Okonkwo',
    'Moreira',
    'The Evelina was called and heard no more: he is in intensive care at King’s under general anaesthetic. No message of a transfer exists.',
  ),
  story(told.transfer, 'Ella Novak', 'Moreira', 'The Evelina has accepted her from Lewisham: it may read before she arrives.'),
  story(
    told.nine,
    'Philippa Ashworth-Bell',
    'Nkemelu',
    'Known to nine organisations of five exchanges: an allergy that is active, resolved and refuted; two doses; two former names.',
  ),
  story(
    told.serviceUser,
    'Ivy Castle',
    'Cole',
    'Her social worker sees her referrals and virus results from hospitals elsewhere in London, and nothing else of the laboratory.',
  ),
  story(told.beforeTheCase, 'Leonard Baptiste', 'Cole', 'On a ward; the council has the notice, and no case is open yet.'),
  story(told.oxleas, 'Jean Whitaker', 'Goldberg', 'A patient of Oxleas who restricted nothing: an A&E in Hampstead sees her insulin plan.'),
  story(
    told.southEastOnly,
    'Olumide Adeleke',
    'Adeniyi',
    'Treated only in South East London: nobody elsewhere may look, but the A&E in the North West that he is in now.',
  ),
  story(told.married, 'Chloe Fernandes', 'Adeniyi', 'Newly married: the hospital that saw her anaphylaxis has her under her old surname.'),
  story(told.leeds, 'Alan Thackray', 'Shah', 'A visitor from Leeds with chest pain: his practice is in no area of London’s, and answers.'),
  story(told.miltonKeynes, 'Graham Pollard', 'Hollis', 'Of Milton Keynes, operated on at UCLH: one record of both, with pictures.'),
  story(told.stroke, 'Abdul Rahim', 'Hartmann', 'Stroke: scanned at King’s, the clot taken out at UCLH; each archive keeps its pictures.'),
  story(told.cancer, 'Karen Hollis', 'Sarpong', 'Chemotherapy at the Marsden, fever at St Helier: the counts of both, and the alert.'),
  story(told.dialysis, 'Shanthi Sivakumar', 'Nkemelu', 'Dialysis three times a week: results drift, one arm is not to be touched.'),
  story(
    told.careHome,
    'Doris Penfold',
    'Gill',
    'Lives in a care home; her Universal Care Plan says what she wishes before anything else does.',
  ),
  story(
    told.resident,
    'Eleanor Fairbrother',
    'Adeyemi',
    'Lives at Peckham Rye House: its care worker reads her medicines, plans and letters, and none of her diagnoses.',
  ),
  story(
    told.mind,
    'Delroy Campbell',
    'Balogun',
    'A depot, clozapine and a community treatment order: his care team and his plan are named.',
  ),
  story(
    told.weekendHub,
    'Costas Nicolaou',
    'Abrahams',
    'A Saturday appointment at the GP hub: the doctor there has never met him and reads his practice’s record.',
  ),
  story(told.homeless, 'Darius Petrauskas', 'Karim', 'No address, three hospitals, one of which made another name of his.'),
  story(told.twinMother, 'Nasrin Choudhury', 'Oyelaran', 'Mother of newborn twins, nine days after their birth.'),
  story(told.twinGirl, 'Amina Choudhury', 'Chowdhury', 'The first twin, at home: the hospital knows her as Twin One. Never her brother.'),
  story(told.twinBoy, 'Yusuf Choudhury', 'Oyelaran', 'The second twin, in the neonatal unit; his number follows his sister’s.'),
  story(told.safeguarded, 'Tia Marsh', 'Yilmaz', 'A child protection plan of Hackney’s; Great Ormond Street and the Homerton know of it.'),
  story(told.child, 'Zainab Hussain', 'Moreira', 'Three years old and in intensive care at one hospital, known to another.'),
  story(told.flagged, 'Leila Haddad', 'Shah', 'Sensitive in the national register: no place of hers is shown anywhere.'),
  story(told.flaggedBaby, 'Noor Haddad', 'Mensah', 'Her baby: whatever names a place would name her mother’s.'),
  story(told.objector, 'Thomas Byrne', 'Shah', 'He objected, and it was upheld: there is nothing to show.'),
  story(told.formerObjector, 'Colin Prentice', 'Falade', 'He objected to Connect Care in 2019 and need not ask again.'),
  story(told.summaryObjector, 'Sylvia Drake', 'Lindqvist', 'She refused the Summary Care Record, which is another record: hers shows.'),
  story(
    told.practiceObjector,
    'Winifred Salter',
    'Shah',
    'Her practice coded that she refused the local record: the first look opens her case, and what the practice holds is kept back.',
  ),
  story(told.refused, 'Stephen Garrity', 'Gill', 'He objects; another adult’s safety stands against it, and a letter says so.'),
  story(
    told.staffRelative,
    'Nalini Shah',
    'Shah',
    'Her daughter works in the emergency department that treated her: a look would be found.',
  ),
  story(told.unnumbered, 'Jerome Pinnock', 'Thorne', 'One hospital has him by name and birth date alone.'),
  story(
    told.wrongBirth,
    'Rohan Fernando',
    'Nkemelu',
    'Day and month are swapped at one hospital; another has somebody else under his number.',
  ),
  story(told.councilOnly, 'Frederick Lowe', 'Quigley', 'Known to a council and nobody else.'),
  story(told.superseded, 'Kwame Mensah', 'Lindqvist', 'Registered twice as a baby: the old number leads to the new.'),
  story(told.restricted, 'Sofia Marino', 'Lindqvist', 'What the law keeps apart is in every corner of her record, and shows in none.'),
  story(told.restrictedTwin, 'Lucia Marino', 'Lindqvist', 'Her twin, without it: their pages are the same.'),
  story(told.donorChild, 'Leo Ferrari', 'Lindqvist', 'A child whose hospital wrote down how he was conceived; nobody reads it here.'),
  story(
    told.long,
    'George Papadopoulos',
    'Lindqvist',
    'Ten years of everything, over a thousand items, and one hospital that has him under another man’s name.',
  ),
  story(told.huge, 'Marek Zielinski', 'Lindqvist', '131,000 items.'),
  story(told.big, 'Hugo Vandenberg', 'Lindqvist', '20,000 items.'),
  story(told.dead, 'Edith Winterbourne', 'Lindqvist', 'She died twelve days ago.'),
]

/** Whose objections are in force from the first day, and where they were made. */
export const objectors: readonly {
  readonly nhsNumber: CityPerson['nhsNumber']
  readonly madeTo: 'London Care Record' | 'Connect Care'
  readonly daysAgo: number
}[] = [
  { nhsNumber: told.objector, madeTo: 'London Care Record', daysAgo: 90 },
  { nhsNumber: told.formerObjector, madeTo: 'Connect Care', daysAgo: 2_748 },
]

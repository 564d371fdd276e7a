import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { createCanvas } from '@napi-rs/canvas'
import type { NhsNumber } from '../../care-record/nhs-number.ts'
import { wordsInBytes } from './beneath.ts'
import { createDocuments, type Raw } from './documents.ts'
import { pdfOf, zipOf } from './for-tests.ts'
import { safeMarkup, wordsOf } from './markup.ts'
import { pictureSize } from './picture-size.ts'
import { namesWhom, printedIn, type AboutPerson } from './printed.ts'
import { rtfWords } from './rtf.ts'

const corpora = process.env['LCR_CORPORA']
const documents = createDocuments()
after(() => documents.stop())

const amara: AboutPerson = {
  nhsNumber: '9991234519' as NhsNumber,
  name: { family: 'Okafor', given: ['Amara'], prefix: 'Mrs' },
  otherNames: [],
  preferredName: 'Amy',
  birthDate: '1956-03-08',
  gender: 'female',
}
const raw = (bytes: string | Buffer, contentType = 'application/octet-stream'): Raw => ({
  bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
  contentType,
})
const read = (bytes: string | Buffer, contentType?: string) => documents.read(raw(bytes, contentType), amara)

const LETTER = ['The Royal Hospital', 'Patient: Mrs Amara OKAFOR', 'NHS No: 999 123 4519', 'DOB: 08/03/1956', 'Echocardiogram: normal.']
const CDA = `<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><title>Discharge summary</title>
<recordTarget><patientRole><id root="2.16.840.1.113883.2.1.4.1" extension="9991234519"/><patient><name><prefix>Mrs</prefix>
<given>Amara</given><family>Okafor</family></name><birthTime value="19560308"/></patient></patientRole></recordTarget>
<component><structuredBody><component><section><title>Medicines &amp; changes</title><text><paragraph>Apixaban <content styleCode="xbold">2.5 mg</content></paragraph>
<table><tbody><tr><td>A</td><td>B</td></tr></tbody></table></text></section></component></structuredBody></component></ClinicalDocument>`

const kinds: [name: string, bytes: string | Buffer, named: string, format: string, says: RegExp][] = [
  ['a PDF', pdfOf([LETTER, ['Second page']]), 'application/pdf', 'pdf', /Echocardiogram: normal\.[^]*Second page/],
  ['a PDF called text', pdfOf([LETTER]), 'text/plain', 'pdf', /normal/],
  ['HTML', '<h1>Letter</h1><p>Echo <b>normal</b></p>', 'text/html', 'html', /Letter\nEcho normal/],
  ['plain text', 'Echo normal\n<script>x</script>', 'text/plain', 'text', /<script>x/],
  ['text of an older code page', Buffer.from([0x43, 0x61, 0x66, 0xe9]), 'text/plain', 'text', /Café/],
  ['a CDA', CDA, 'text/xml', 'html', /Discharge summary\nMedicines & changes\nApixaban 2\.5 mg\nA\nB/],
  ['Rich Text Format', String.raw`{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Echo\par normal caf\'e9}`, 'text/rtf', 'text', /Echo\nnormal café/],
]
for (const [name, bytes, named, format, says] of kinds) {
  test(`a document is what its bytes are: ${name}`, async () => {
    const content = await read(bytes, named)
    assert.equal(content.format, format)
    assert.match(content.text, says)
  })
}

test('D130 D131: pages are counted and drawn as pictures; a page that is not there is not found', async () => {
  const letter = raw(pdfOf([LETTER, ['Two']]))
  assert.equal((await documents.read(letter, amara)).pages, 2)
  const page = await documents.drawPage(letter, 2, 800)
  assert.ok(page.ok)
  assert.equal(page.value.subarray(1, 4).toString(), 'PNG')
  assert.equal(page.value.readUInt32BE(16), 800)
  const none = await documents.drawPage(letter, 3, 800)
  assert.equal(none.ok ? '' : none.fault.kind, 'not-found')
  assert.equal((await documents.drawPage(raw('text'), 1, 800)).ok, false)
})

test('a picture is drawn anew: nothing but its pixels leaves', async () => {
  const canvas = createCanvas(400, 200)
  const hidden = Buffer.concat([canvas.toBuffer('image/png'), Buffer.from('<script>alert(1)</script>')])
  const content = await read(hidden, 'image/png')
  assert.deepEqual([content.format, content.pages, content.text], ['image', 1, ''])
  const drawn = await documents.drawPage(raw(hidden), 1, 1_000)
  assert.ok(drawn.ok)
  assert.equal(drawn.value.readUInt32BE(16), 400, 'never larger than it is')
  assert.equal(drawn.value.includes('script'), false)
})

const unshown: [name: string, bytes: string | Buffer, problem: string | undefined][] = [
  ['a broken PDF', '%PDF-1.7\ngarbage', 'damaged'],
  ['half a PDF', pdfOf([LETTER]).subarray(0, 40), 'damaged'],
  ['a CDA with entities', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${CDA.replace('<?xml version="1.0"?>', '')}`, 'damaged'],
  ['a CDA that is not well formed', '<ClinicalDocument><a></ClinicalDocument>', 'damaged'],
  ['a drawing in SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', undefined],
  ['an archive', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 1, 2]), undefined],
]
for (const [name, bytes, problem] of unshown) {
  test(`what cannot be shown says so: ${name}`, async () => {
    const content = await read(bytes)
    assert.deepEqual([content.format, content.html, content.problem], ['other', undefined, problem])
  })
}

test('HAZ-020 D132: script, forms, links, frames and remote pictures are gone; words of hidden elements are seen', () => {
  const safe = safeMarkup(
    '<p onclick="x()">a<a href="javascript:x()">b</a><img src="http://elsewhere/x.png"><img src="data:image/svg+xml;base64,AA">' +
      '<img src="data:image/png;base64,AAAA" onerror="x()" alt="Crest"><form action="/x"><input value="q"></form><iframe src="x"></iframe>' +
      '<style>p{}</style><span style="display:none">hidden</span><meta http-equiv="refresh" content="0"></p>',
  )
  assert.equal(safe, '<p>ab<img src="data:image/png;base64,AAAA" alt="Crest" /></p><span>hidden</span><p></p>')
  assert.equal(wordsOf('<p>HI<b>V</b></p><p>x</p>'), 'HIV\nx', 'a word is not hidden by a tag inside it')
})

test('HAZ-020 D132: a scripted PDF is read and drawn; its script is nowhere', async () => {
  const scripted = pdfOf([LETTER], '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>')
  const content = await read(scripted)
  assert.equal(content.format, 'pdf')
  assert.doesNotMatch(content.text, /alert/)
  assert.ok((await documents.drawPage(raw(scripted), 1, 400)).ok)
})

const whom: [name: string, text: string, names: string][] = [
  ['its number', 'NHS No: 999 123 4519', 'this-person'],
  ['its number without label, spaced', 'Mrs Okafor 999 123 4519', 'this-person'],
  ['another valid number', 'NHS Number 999 000 0018', 'another-person'],
  ['another number, and its own', 'Mother: NHS No 999 123 4519. Baby: NHS No 999 000 0018', 'this-person'],
  ['a number that is none', 'NHS No: 123 456 7890', 'nobody'],
  ['nothing', 'Echocardiogram: normal', 'nobody'],
  ['name and birth date', 'Patient: Mrs Amara OKAFOR\nDOB 8 March 1956', 'this-person'],
  ['a name alone', 'Patient: Mrs Amara OKAFOR', 'nobody'],
  ['a phone number', 'Tel 020 794 60018', 'nobody'],
  ['title and given name of another sex, same number', 'Name: Mr Daniel Okafor\nNHS No: 999 123 4519', 'held'],
  ['title of another sex, same given name', 'Name: Mr Amara Okafor\nNHS No: 999 123 4519', 'this-person'],
  ['a man it is addressed to', 'Dear Mr Okafor\nNHS No: 999 123 4519', 'this-person'],
  ['a doctor’s title', 'Patient: Dr Daniel Okafor\nNHS No: 999 123 4519', 'this-person'],
]
for (const [name, text, names] of whom) {
  test(`HAZ-019 D133: a document that names ${name} is of ${names}`, () => assert.equal(namesWhom(text, printedIn(text), amara), names))
}

test('HAZ-019 D133: a former number of the same person is theirs; of a person whose sex is not known nothing is held', () => {
  const text = 'NHS No: 999 000 0018'
  assert.equal(namesWhom(text, printedIn(text), { ...amara, formerNumbers: ['9990000018' as NhsNumber] }), 'this-person')
  const named = 'Name: Mr Daniel Okafor\nNHS No: 999 123 4519'
  assert.equal(namesWhom(named, printedIn(named), { ...amara, gender: 'unknown' }), 'this-person')
})

test('a letter of a word processor gives its words, head and foot too; a bomb is too large, half a file damaged', async () => {
  const letter = zipOf([
    [
      'word/document.xml',
      '<w:document><w:p><w:r><w:t>Echo </w:t></w:r><w:r><w:t>nor&amp;mal</w:t></w:r></w:p><w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p></w:document>',
    ],
    ['word/header1.xml', '<w:hdr><w:p><w:r><w:t xml:space="preserve">NHS No: 999 000 0018</w:t></w:r></w:p></w:hdr>'],
  ])
  const content = await read(letter)
  assert.deepEqual([content.format, content.text, content.names], ['text', 'NHS No: 999 000 0018\n\nEcho nor&mal', 'another-person'])
  assert.equal((await read(letter.subarray(0, letter.length - 30))).problem, 'damaged')
  assert.equal((await read(zipOf([['word/document.xml', ' '.repeat(9 * 1024 * 1024)]]))).problem, 'too-large')
  const headers = Array.from({ length: 300 }, (_, n): [string, string] => [`word/header${n}.xml`, ' '.repeat(4 * 1024 * 1024)])
  assert.equal((await read(zipOf([['word/document.xml', '<w:p/>'], ...headers.slice(0, 4)]))).problem, 'too-large', 'parts add up')
})

test('HAZ-020: a text of long runs of space is read like any other, never pattern against run', () => {
  for (const space of [' ', '\t', '\r', '\n', '\u2003', '\u00a0', ' \n']) {
    const run = space.repeat(300_000)
    assert.deepEqual(printedIn(`NHS${run}No${run}x born${run}x`), {})
    assert.equal(wordsOf(`a${run}b`).replace(/\s/, ''), 'ab')
  }
  assert.equal(printedIn('NHS   No:\t 999 123 4519').nhsNumber, '9991234519')
})

const beneath: [name: string, bytes: string | Buffer][] = [
  ['a title', '<html><head><title>Rumpel clinic</title></head><body><p>Seen</p></body></html>'],
  ['a comment', '<p>Seen</p><!-- Rumpel -->'],
  ['an attribute', '<p title="Rumpel">Seen</p>'],
  ['a coded entry', CDA.replace('<title>Medicines', '<entry><code displayName="Rumpel"/></entry><title>Medicines')],
  ['a CDA with entities', `<!DOCTYPE x>${CDA.replace('<?xml version="1.0"?>', '').replace('Apixaban', 'Rumpel')}`],
  ['deleted words', zipOf([['word/document.xml', '<w:p><w:t>Seen</w:t><w:delText>Rum</w:delText><w:delText>pel</w:delText></w:p>']])],
  [
    'properties of a file',
    zipOf([
      ['word/document.xml', '<w:p/>'],
      ['docProps/core.xml', '<dc:title>Rumpel</dc:title>'],
    ]),
  ],
  ['information of Rich Text', String.raw`{\rtf1{\info{\title Rumpel}}{\*\annotation Rumpel}Seen}`],
  ['information of a PDF', pdfOf([LETTER]).toString('latin1').replace('trailer\n<<', 'trailer\n<< /Info << /Title (Rumpel) >>')],
  ['text in two bytes a letter', Buffer.from('\ufeffRumpel was seen', 'utf16le')],
  ['what a picture says of itself', Buffer.concat([createCanvas(4, 4).toBuffer('image/png'), Buffer.from('Rumpel seen')])],
]
for (const [name, bytes] of beneath) {
  test(`HAZ-035: what only the original holds is read too, to be judged: ${name}`, async () => {
    const content = await read(bytes)
    assert.doesNotMatch(content.text, /Rumpel/)
    assert.match(content.beneath.words, /Rumpel/)
  })
}

test('HAZ-020: of a large file of a kind that is not read, words are looked for no longer than they are wanted', () => {
  assert.equal(wordsInBytes(Buffer.from('abcd\u0001'.repeat(4_000_000))).length, 199_999)
})

test('HAZ-035: a CDA says how confidential it is', async () => {
  assert.deepEqual((await read(CDA.replace('<recordTarget>', '<confidentialityCode code="R"/><recordTarget>'))).beneath.labels, ['R'])
  assert.deepEqual((await read(CDA)).beneath.labels, [])
})

test('HAZ-035: what could not be read now is said to be unread, never to be without words; more than can be judged is too large', async () => {
  const letter = zipOf([['word/document.xml', '<w:p><w:t>Seen</w:t></w:p>']])
  const many = await Promise.all(Array.from({ length: 40 }, () => read(letter)))
  assert.ok(many.some(content => content.unread === true))
  for (const content of many) assert.ok(content.unread === true || content.text === 'Seen')
  assert.equal((await read(pdfOf(Array.from({ length: 401 }, () => ['x'])))).problem, 'too-large')
  assert.equal((await read('Seen. '.repeat(200_000), 'text/plain')).problem, 'too-large')
  assert.equal((await read(`<p>Seen</p><img src="data:image/png;base64,${'A'.repeat(1_500_000)}">`, 'text/html')).text, 'Seen')
})

test('HAZ-020: a picture that unpacks to more than may be is known by its header and not unpacked', async () => {
  const canvas = createCanvas(40, 30)
  for (const kind of ['image/png', 'image/jpeg', 'image/webp'] as const)
    assert.deepEqual(pictureSize(canvas.toBuffer(kind as 'image/png')), { width: 40, height: 30 }, kind)
  assert.deepEqual(pictureSize(Buffer.from('GIF89a\u0028\0\u001e\0', 'latin1')), { width: 40, height: 30 })
  for (const broken of ['GIF8', 'RIFFxxxxWEBPxxxx', '\u00ff\u00d8\u00ff\u00e0\u00ff\u00ff', '\u0089PNG'])
    assert.equal(pictureSize(Buffer.from(broken, 'latin1')), undefined)
  const huge = canvas.toBuffer('image/png')
  huge.writeUInt32BE(60_000, 16)
  huge.writeUInt32BE(60_000, 20)
  assert.equal((await documents.drawPage(raw(huge), 1, 800)).ok, false)
})

test('what is printed is read from labels', () => {
  assert.deepEqual(printedIn(LETTER.join('\n')), { name: 'Mrs Amara OKAFOR', birthDate: '1956-03-08', nhsNumber: '9991234519' })
  assert.deepEqual(printedIn('Nothing of note'), {})
})

test('a document inside a CDA is read, and both say whom they are about', async () => {
  const inside = pdfOf([['NHS No: 999 000 0018']]).toString('base64')
  const body = `<component><nonXMLBody><text mediaType="application/pdf" representation="B64">${inside}</text></nonXMLBody></component>`
  const content = await read(CDA.replace(/<component><structuredBody>[^]*<\/component>(?=<\/ClinicalDocument>)/, body))
  assert.deepEqual([content.format, content.names], ['pdf', 'another-person'])
})

test('any text read as Rich Text or markup ends, and leaves no live markup', () => {
  const alive =
    /<(?!\/?(?:p|div|h[2-6]|ul|ol|li|table|thead|tbody|tfoot|tr|t[hd]|pre|br|hr|span|b|i|em|strong|u|s|sub|sup|img|code|small|dl|dt|dd|caption|blockquote|address|section|article|header|footer)\b)/i
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('<', '>', '/', 'a', '"', "'", '=', '&', '{', '}', '\\', 'script', ' ', 'p', ';') }),
      text => {
        rtfWords(text)
        assert.doesNotMatch(safeMarkup(text), alive)
      },
    ),
    { numRuns: 300 },
  )
})

test(
  'D132: outside sets of hostile markup and documents come out without anything live',
  { skip: corpora === undefined && 'LCR_CORPORA is not set' },
  async () => {
    const folder = join(corpora ?? '', 'hostile')
    const cases = (JSON.parse(readFileSync(join(folder, 'html/dompurify-sample.json'), 'utf8')) as { payload: string }[]).map(
      c => c.payload,
    )
    const lines = readFileSync(join(folder, 'html/xss-lines.txt'), 'utf8').split('\n')
    for (const payload of [...cases, ...lines]) {
      const safe = safeMarkup(payload)
      assert.doesNotMatch(safe, /<(?:script|iframe|object|embed|svg|math|form|input|a|style|link|meta|base|template)\b/i)
      for (const [, attributes = ''] of safe.matchAll(/<[a-z0-9]+((?:\s[^>]*)?)>/gi))
        assert.match(
          attributes,
          /^(?:\s(?:src="data:image\/(?:png|jpeg|gif);base64,[^"]*"|alt="[^"]*"|(?:col|row)span="[^"]*"|scope="[^"]*"|start="[^"]*"))*\s*\/?$/i,
        )
    }
    for (const path of globSync('**/*.*', { cwd: folder, exclude: name => name === 'README.md' })) {
      const content = await documents.read(raw(readFileSync(join(folder, path))), amara)
      assert.ok(['html', 'text', 'pdf', 'image', 'other'].includes(content.format), path)
    }
  },
)

test('documents of real practices are read', { skip: corpora === undefined && 'LCR_CORPORA is not set' }, async () => {
  const folder = join(corpora ?? '', 'gpconnect-api-examples-stu3/binary-documents')
  const seen: Record<string, string> = {}
  for (const name of globSync('*.json', { cwd: folder }).sort()) {
    const { content, contentType } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { content: string; contentType: string }
    const found = await documents.read(raw(Buffer.from(content, 'base64'), contentType), amara)
    seen[contentType.replace(/.*[/.]/, '')] = found.format
  }
  assert.deepEqual(seen, { msword: 'other', pdf: 'pdf', document: 'text', png: 'image', html: 'html', plain: 'text', rtf: 'text' })
  for (const path of globSync('ccda/**/*.xml', { cwd: corpora ?? '' })) {
    const found = await documents.read(raw(readFileSync(join(corpora ?? '', path)), 'text/xml'), amara)
    assert.equal(found.format, 'html', path)
    // One sample is a wrapper round a picture and has a title alone.
    assert.ok(found.text.length > (path.endsWith('UD.sample.xml') ? 5 : 100), `${path} has its narrative`)
    assert.ok(found.printed.name !== undefined, `${path} says whom it is about`)
  }
})

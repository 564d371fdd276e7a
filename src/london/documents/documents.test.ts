import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import type { DocumentFile } from '../people/told.ts'
import { writeDocument } from './write-document.ts'

const person = { name: { family: 'Okafor', given: ['Amara'], prefix: 'Mrs' }, birthDate: '1956-03-08', nhsNumber: '9991234519' }
const write = (over: Partial<DocumentFile>) =>
  writeDocument({ kind: 'pdf', paragraphs: ['Seen (in clinic) today.'], ...over }, 'Letter, clinic', 'Hospital', person)
const wordsOf = async (bytes: Buffer): Promise<readonly string[]> => {
  const pdf = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise
  const pages = Array.from({ length: pdf.numPages }, async (_, i) => {
    const content = await (await pdf.getPage(i + 1)).getTextContent()
    return content.items.map(item => ('str' in item ? item.str : '')).join(' ')
  })
  return Promise.all(pages)
}

test('a PDF reads as it was written, headed with the person, over as many pages as it takes', async () => {
  const [page] = await wordsOf(write({}).bytes)
  assert.match(
    page ?? '',
    /Patient: OKAFOR, Amara \(Mrs\).*Date of birth: 08\/03\/1956.*NHS number: 999 123 4519.*Seen \(in clinic\) today\./,
  )
  const long = write({ paragraphs: Array.from({ length: 120 }, (_, i) => `Paragraph ${i}`) })
  const pages = await wordsOf(long.bytes)
  assert.equal(pages.length, long.pages)
  assert.match(pages.join(' '), /Paragraph 0.*Paragraph 119/)
})

test('a hostile document carries what must never run, and one headed with another names the other', async () => {
  assert.match(write({ hostile: true }).bytes.toString('latin1'), /\/OpenAction.*\/JavaScript/s)
  assert.match(write({ kind: 'html', hostile: true }).bytes.toString(), /<script>.*<form.*<iframe/s)
  const headed = { name: { family: 'Adeyemi', given: ['Amara'] }, nhsNumber: '9991234691' }
  assert.match((await wordsOf(write({ headed }).bytes))[0] ?? '', /ADEYEMI, Amara.*999 123 4691/)
})

test('the same letter written twice is the same bytes, whoever holds it', () => {
  const file: DocumentFile = { kind: 'pdf', from: 'The writer', paragraphs: ['One.'] }
  assert.deepEqual(writeDocument(file, 'Letter', 'A', person).bytes, writeDocument(file, 'Letter', 'B', person).bytes)
})

test('every other format is what it says: XML, text and a picture', async () => {
  assert.match(
    write({ kind: 'cda', paragraphs: ['Plan: rest & walk'] }).bytes.toString(),
    /^<\?xml.*<title>Plan<\/title><text>rest &amp; walk<\/text>/s,
  )
  assert.match(write({ kind: 'text' }).bytes.toString(), /Patient: OKAFOR/)
  const image = await loadImage(write({ kind: 'png' }).bytes)
  const canvas = createCanvas(image.width, image.height)
  canvas.getContext('2d').drawImage(image, 0, 0)
  assert.ok(new Set(canvas.getContext('2d').getImageData(0, 0, image.width, image.height).data).size > 2)
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { sourceHash } from '../../scripts/build-assets.ts'
import { assetPath, assets } from './assets.ts'

const bytesOf = (name: 'record.js' | 'viewer.css'): Buffer => assets.get(assetPath(name))?.body ?? Buffer.alloc(0)

test('the built assets are made from what lies in browser and styles (npm run build:assets)', () => {
  assert.equal(readFileSync(new URL('./assets/sources.sha256', import.meta.url), 'utf8').trim(), sourceHash())
})
test('style is at most 20 KB and script at most 6 KB, gzip', () => {
  assert.ok(gzipSync(bytesOf('viewer.css')).length <= 20 * 1024)
  assert.ok(gzipSync(bytesOf('record.js')).length <= 6 * 1024)
  assert.ok(bytesOf('record.js').length > 0)
})
test('nothing is loaded from elsewhere, and no letter of the NHS brand font', () => {
  assert.doesNotMatch(bytesOf('viewer.css').toString(), /https?:\/\/(?!www\.w3\.org)|@font-face|Frutiger W01|@import/)
})
test('D165 the script keeps nothing in the browser', () => {
  assert.doesNotMatch(bytesOf('record.js').toString(), /localStorage|sessionStorage|indexedDB|caches\.|navigator\.clipboard/)
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { jobRoles } from '../src/exchange/access/roles/job-roles.ts'
import { ROLES_PAGE, rolesPage } from './roles-table.ts'

test('R040: the page that is signed is the table that decides (npm run roles -- --write)', () => {
  const page = readFileSync(ROLES_PAGE, 'utf8')
  assert.equal(page, rolesPage())
  for (const [code] of jobRoles) assert.match(page, new RegExp(`<th scope="row">${code}</th>`))
  assert.match(page, /<html lang="en-GB">[^]*<caption>[^]*<th scope="col">/)
})

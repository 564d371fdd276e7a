import { createHash } from 'node:crypto'
import type { ClientBase, Pool } from 'pg'
import type { SourceConfig } from '../../care-record/catalogue.ts'
import type { Actor } from './two-people.ts'

type Sql = Pick<ClientBase | Pool, 'query'>
/** A system as it is asked. */
export type Asked = Pick<SourceConfig, 'id' | 'odsCode' | 'connector' | 'baseUrl' | 'tokenUrl' | 'clientId'>

export interface CheckResult {
  /** ISO instant. */
  readonly at: string
  readonly works: boolean
  readonly findings: readonly string[]
  readonly by: Actor
}
/** A system of an organisation, with what came of the last time these addresses were asked. */
export interface SystemChecked {
  readonly source: Asked
  readonly system: string
  readonly last?: CheckResult
}

const fingerprint = ({ connector, baseUrl, tokenUrl = '', clientId = '' }: Asked): string =>
  createHash('sha256')
    .update(JSON.stringify([connector, baseUrl, tokenUrl, clientId]))
    .digest('hex')

/** The systems that the catalogue names of an organisation, its own ones. */
export async function systemsOf(sql: Sql, odsCode: string): Promise<readonly SystemChecked[]> {
  const { rows } = await sql.query<Record<string, string | null>>(
    `select id, ods_code, connector, base_url, token_url, client_id, system from source
     where ods_code = $1 and exchange = (select exchange from catalogue_version) order by place`,
    [odsCode],
  )
  const systems: SystemChecked[] = []
  for (const row of rows) {
    const source: Asked = {
      id: row['id'] ?? '',
      odsCode: row['ods_code'] ?? '',
      connector: (row['connector'] ?? '') as Asked['connector'],
      baseUrl: row['base_url'] ?? '',
      ...(typeof row['token_url'] === 'string' ? { tokenUrl: row['token_url'] } : {}),
      ...(typeof row['client_id'] === 'string' ? { clientId: row['client_id'] } : {}),
    }
    const { rows: checks } = await sql.query<{ at: Date; works: boolean; findings: string[]; by_person: Actor }>(
      'select at, works, findings, by_person from connection_check where source_id = $1 and asked = $2 order by id desc limit 1',
      [source.id, fingerprint(source)],
    )
    const [last] = checks
    systems.push({
      source,
      system: row['system'] ?? '',
      ...(last === undefined
        ? {}
        : { last: { at: last.at.toISOString(), works: last.works, findings: last.findings, by: last.by_person } }),
    })
  }
  return systems
}

/** Steps are added and never changed; the table holds to it. */
export async function addCheck(sql: Sql, source: Asked, { at, works, findings, by }: CheckResult): Promise<void> {
  await sql.query(
    'insert into connection_check (source_id, ods_code, asked, at, works, findings, by_person) values ($1, $2, $3, $4, $5, $6, $7)',
    [source.id, source.odsCode, fingerprint(source), at, works, findings, JSON.stringify(by)],
  )
}

/** Whether nothing stands in the way of going live: each of its systems answered when it was asked last, or it has none. */
export const allAnswer = (systems: readonly SystemChecked[]): boolean => systems.every(({ last }) => last?.works === true)

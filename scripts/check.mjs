// What must hold before a commit. Steps run side by side; each prints only when it fails.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { environment, installPackages, pinnedNode, root } from './bootstrap.mjs'

installPackages()
const node = pinnedNode()
const bin = name => join(root, 'node_modules', '.bin', name)
/** Only what has changed since the last time, and what leans on it, is read again. */
const sinceLast = name => ['--incremental', '--tsBuildInfoFile', join(root, 'node_modules', '.cache', 'check', `${name}.tsbuildinfo`)]

function step(name, command, args) {
  const startedMs = Date.now()
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd: root, env: environment(node), stdio: ['ignore', 'pipe', 'pipe'] })
    const said = []
    child.stdout.on('data', chunk => said.push(chunk))
    child.stderr.on('data', chunk => said.push(chunk))
    child.on('error', error => resolve({ name, good: false, said: error.message }))
    child.on('close', code => {
      const good = code === 0
      console.log(`${good ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`)
      if (!good) console.log(Buffer.concat(said).toString('utf8').trimEnd())
      resolve({ name, good })
    })
  })
}

const chain = async steps => {
  const done = []
  for (const [name, command, args] of steps) done.push(await step(name, command, args))
  return done
}

const results = await Promise.all([
  chain([
    ['types', bin('tsc'), ['-p', '.', ...sinceLast('types')]],
    ['types of the browser script', bin('tsc'), ['-p', 'src/viewer/browser', ...sinceLast('browser-types')]],
    ['lint', bin('oxlint'), ['--type-aware', '--deny-warnings']],
    ['format', bin('prettier'), ['--check', '--cache', '--log-level', 'warn', '.']],
    ['unused', bin('knip'), ['--no-progress']],
  ]),
  chain([['fast tests', node, ['scripts/run-tests.ts', 'fast', '--dot']]]),
])
process.exit(results.flat().every(result => result.good) ? 0 : 1)

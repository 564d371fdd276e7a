import { installPackages, run } from './bootstrap.mjs'

const [file, ...args] = process.argv.slice(2)
if (file === undefined) {
  process.stderr.write('Usage: node scripts/run.mjs FILE.ts [arguments]\n')
  process.exit(2)
}
installPackages()
process.exit(await run(file, args))

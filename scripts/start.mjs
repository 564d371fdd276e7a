import { installPackages, run } from './bootstrap.mjs'

installPackages()
process.exit(await run('src/london/start.ts', process.argv.slice(2)))

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { installPackages, run } from './bootstrap.mjs'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', process.env.LCR_CHROMIUM].filter(Boolean)
const haveBrowser = () => places.some(place => existsSync(place))

function installBrowser() {
  if (haveBrowser()) return
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (mayInstall) {
    process.stderr.write('Installing chromium for the browser tests.\n')
    const apt = args =>
      spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    apt(['-qq', 'update'])
    apt(['-qq', '-y', '--no-install-recommends', 'install', 'chromium', 'fonts-liberation'])
  }
  if (!haveBrowser()) process.stderr.write('No chromium on this machine: the browser tests will be skipped.\n')
}

installPackages()
installBrowser()
process.exit(await run('scripts/run-tests.ts', ['all', ...process.argv.slice(2)]))

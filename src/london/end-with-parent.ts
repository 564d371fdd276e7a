import { isMainThread } from 'node:worker_threads'

/*
 * Loaded into a process of an exchange before its own code (`--import`). Standard input is a pipe from the program that runs London:
 * when that ends, however it ends, the pipe closes and this process stops as it does on SIGTERM. Threads of the process load it too;
 * theirs is no pipe and ends at once.
 */
if (isMainThread) {
  process.stdin.on('error', () => undefined)
  process.stdin.on('close', () => process.kill(process.pid, 'SIGTERM'))
  process.stdin.resume()
}

import test from 'node:test'
import { agreement } from './both.ts'

for (const { name, run } of agreement) test(name, t => run(t, 1_000_000))

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Behaviour, Done, Order, Spent, Stubs } from './cell.ts'
import { cpuSecondsOf } from './measure.ts'

/** What one round of views cost, with the systems' own account of it. */
export interface Round {
  readonly done: Done
  readonly spent: ReadonlyMap<string, Spent>
  /** Of the whole process tree that opened the views, its database included. */
  readonly cpuSeconds: number
}

export interface Stage {
  /** Opens views of people whom nobody has been asked about before. */
  readonly views: (who: 'product' | 'floor', order: Omit<Order, 'stubs' | 'from'>) => Promise<Round>
  readonly behave: (behaviour: Behaviour) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts the simulated systems, the product and the floor, a process each. A process that ends early ends the bench. */
export async function startStage(): Promise<Stage> {
  const children: ChildProcess[] = []
  const start = async (file: string): Promise<{ child: ChildProcess; said: unknown }> => {
    const child = fork(join(import.meta.dirname, file))
    children.push(child)
    const [said] = (await once(child, 'message')) as [unknown]
    return { child, said }
  }
  async function ask<T>(child: ChildProcess, what: Order | 'spent' | Behaviour): Promise<T> {
    const gone = (): never => process.exit(1)
    child.once('exit', gone)
    child.send(what)
    const [answer] = (await once(child, 'message')) as [T]
    child.off('exit', gone)
    return answer
  }
  const { child: sources, said } = await start('sources.ts')
  const stubs = said as Stubs
  const { child: product } = await start('product.ts')
  const { child: floor } = await start('floor.ts')
  let person = 1
  return {
    async views(who, order) {
      const child = who === 'product' ? product : floor
      const before = cpuSecondsOf(child.pid ?? 0)
      const done = await ask<Done>(child, { ...order, stubs, from: person })
      person += order.views
      const cpuSeconds = cpuSecondsOf(child.pid ?? 0) - before
      return { done, spent: new Map(await ask<readonly [string, Spent][]>(sources, 'spent')), cpuSeconds }
    },
    behave: async behaviour => void (await ask<string>(sources, behaviour)),
    async stop() {
      const ended = once(product, 'exit')
      product.send('end')
      await ended
      for (const child of children) if (child.connected) child.disconnect()
    },
  }
}

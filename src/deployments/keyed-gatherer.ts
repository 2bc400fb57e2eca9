import { RollcallError } from '../platform/index.js';

interface Waiter<Answer> {
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}
export interface Slot<Item, Answer> {
  item: Item;
  waiters: Waiter<Answer>[];
}
interface Chain<Item, Answer> {
  /** Head first; the head runs when `running`. */
  slots: Slot<Item, Answer>[];
  running: boolean;
}

const MAX_WAITING = 50_000;

/**
 * Gathers concurrent calls while the previous batch is in flight: the first call leaves at once, there is no timer.
 * A batch holds each key once; calls of one key run in the order in which they came, and equal ones share a place.
 */
export class KeyedGatherer<Item, Answer> {
  private readonly chains = new Map<string, Chain<Item, Answer>>();
  private ready: Chain<Item, Answer>[] = [];
  private inFlight = 0;
  private waiting = 0;
  private scheduled = false;

  /** `run` takes a batch; it must settle every slot with `settle` and must not throw. It resolves when the next may leave. */
  constructor(
    private readonly options: {
      keyOf: (item: Item) => string;
      canShare: (waiting: Item, next: Item) => boolean;
      run: (slots: Slot<Item, Answer>[]) => Promise<void>;
      maxInFlight: number;
      maxBatch: number;
    },
  ) {}

  submit(item: Item): Promise<Answer> {
    if (this.waiting >= MAX_WAITING)
      return Promise.reject(
        new RollcallError('RATE_LIMITED', 'too many records are waiting', { hint: 'try again shortly' }),
      );
    return new Promise<Answer>((resolve, reject) => {
      this.waiting++;
      const key = this.options.keyOf(item);
      const chain = this.chains.get(key);
      if (!chain) {
        const first = { slots: [{ item, waiters: [{ resolve, reject }] }], running: false };
        this.chains.set(key, first);
        this.ready.push(first);
        this.schedule();
        return;
      }
      const last = chain.slots[chain.slots.length - 1] as Slot<Item, Answer>;
      const lastRuns = chain.running && chain.slots.length === 1;
      if (!lastRuns && this.options.canShare(last.item, item)) last.waiters.push({ resolve, reject });
      else chain.slots.push({ item, waiters: [{ resolve, reject }] });
    });
  }

  /** Answers a slot and lets the next call of its key go. `onlyFirst` answers one caller; the others run again. */
  settle(slot: Slot<Item, Answer>, answer: Answer | Error, onlyFirst = false): void {
    const key = this.options.keyOf(slot.item);
    const chain = this.chains.get(key);
    if (!chain || chain.slots[0] !== slot) throw new Error(`the slot of ${key} is not running`);
    const [first, ...rest] = slot.waiters;
    chain.slots.shift();
    chain.running = false;
    if (onlyFirst && rest.length > 0) chain.slots.unshift({ item: slot.item, waiters: rest });
    const answered = onlyFirst ? [first as Waiter<Answer>] : slot.waiters;
    this.waiting -= answered.length;
    for (const waiter of answered) {
      if (answer instanceof Error) waiter.reject(answer);
      else waiter.resolve(answer);
    }
    if (chain.slots.length > 0) {
      this.ready.push(chain);
      this.schedule();
    } else this.chains.delete(key);
  }

  /** Resolves when nothing is waiting or in flight. */
  async drained(): Promise<void> {
    while (this.chains.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  private schedule(): void {
    if (this.scheduled || this.inFlight >= this.options.maxInFlight || this.ready.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.leave();
    });
  }

  private leave(): void {
    if (this.inFlight >= this.options.maxInFlight || this.ready.length === 0) return;
    const chains = this.ready.splice(0, this.options.maxBatch);
    for (const chain of chains) chain.running = true;
    this.inFlight++;
    void this.options.run(chains.map((chain) => chain.slots[0] as Slot<Item, Answer>)).finally(() => {
      this.inFlight--;
      this.schedule();
    });
    this.schedule();
  }
}

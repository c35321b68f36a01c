// One reader of a channel across all the lives of its server: it comes again with its last number, and hears all, once.
import type { Server } from '../scenario/harness.ts';
import { EventStream, type SseEvent } from '../scenario/sse.ts';

export class Follower {
  readonly events: SseEvent[] = [];
  /** Numbers that did not follow each other, in words. */
  readonly wrong: string[] = [];
  private last = 0;
  private stream: EventStream | undefined;

  private readonly heard: () => void;

  constructor(heard: () => void) {
    this.heard = heard;
  }

  /** From where the stream before stopped. */
  follow(server: Server): void {
    this.stream?.close();
    this.stream = new EventStream(server.port, {
      token: server.token,
      lastEventId: `${this.last}`,
      onEvent: (event) => this.take(event),
    });
  }

  private take(event: SseEvent): void {
    if (event.id !== this.last + 1) this.wrong.push(`${event.id} after ${this.last}`);
    this.last = event.id;
    this.events.push(event);
    this.heard();
  }

  /** Until it holds, or the stream was cut: then it is opened again. */
  async until(holds: () => boolean, server: Server): Promise<void> {
    if (!(await this.stream!.until(holds)) && this.stream!.ended) this.follow(server);
  }

  /** Waits for the event with this number. */
  async reach(number: number): Promise<void> {
    const came = await this.stream!.until(() => this.last >= number);
    if (!came) throw new Error(`the stream stands at ${this.last} instead of ${number}`);
  }

  close(): void {
    this.stream?.close();
  }
}

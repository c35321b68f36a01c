// Reads text/event-stream, however its bytes are cut.

export interface Frame {
  /** The id that holds from here on, also without data; null: none was told yet. */
  id: string | null;
  /** Null: the frame only moved the id. */
  data: string | null;
}

export interface SseReader {
  /** The frames that this piece of the stream completes. */
  read(chunk: Uint8Array): Frame[];
  /** How long the server asks to wait before coming again. */
  readonly retryMs: number | null;
}

/** More than this without the end of a line is no event of ours. */
const LINE_MAX = 4 * 1024 * 1024;

export function createSseReader(): SseReader {
  const decoder = new TextDecoder();
  let rest = '';
  let id: string | null = null;
  let moved = false;
  let data: string[] = [];
  let retryMs: number | null = null;

  function takeLine(line: string): Frame | null {
    if (line === '') {
      const frame = data.length > 0 || moved ? { id, data: data.length > 0 ? data.join('\n') : null } : null;
      data = [];
      moved = false;
      return frame;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') data.push(value);
    if (field === 'retry' && /^\d+$/.test(value)) retryMs = Number(value);
    if (field === 'id' && !value.includes('\0')) {
      moved = true;
      id = value;
    }
    return null;
  }

  return {
    get retryMs() {
      return retryMs;
    },
    read(chunk) {
      rest += decoder.decode(chunk, { stream: true });
      // A return at the very end may be half of a line's end: it waits for what follows.
      const whole = rest.endsWith('\r') ? rest.slice(0, -1) : rest;
      const lines = whole.split(/\r\n|\n|\r/);
      rest = lines.pop()! + rest.slice(whole.length);
      if (rest.length > LINE_MAX) throw new Error('a line of the event stream has no end');
      return lines.map(takeLine).filter((frame) => frame !== null);
    },
  };
}

import type { Io } from './io.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const PATIENCE_MS = 400;
const FRAME_MS = 80;
const CLEAR = '\r\u001b[K';

/** Shows on stderr that something is waited for, once it takes long. Gives what ends it. */
export function startSpinner(io: Io): () => void {
  let frame = 0;
  let timer = setTimeout(function turn() {
    io.err(`${CLEAR}${FRAMES[frame++ % FRAMES.length]}`);
    timer = setTimeout(turn, FRAME_MS);
    timer.unref();
  }, PATIENCE_MS);
  timer.unref();
  return () => {
    clearTimeout(timer);
    if (frame > 0) io.err(CLEAR);
    frame = 0;
  };
}

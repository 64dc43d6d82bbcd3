/** Scores as people type them. */

/** What to type for a score: the board's smallest unit, or minutes and seconds. */
export function scoreHint({ unit, decimals, minScore, maxScore }) {
  if (unit === 'seconds' && decimals === 0) {
    return 'as m:ss, such as 24:30';
  }
  const smallest = decimals === 0 ? unit : `${unit} × ${10 ** decimals}`;
  return `${smallest}, ${minScore} to ${maxScore}`;
}

/** The number that a person meant; NaN when there is none. Minutes and seconds become seconds. */
export function parseScore(text) {
  const trimmed = text.trim();
  const time = /^(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)$/.exec(trimmed);
  if (time) {
    return Number(time[1] ?? 0) * 3600 + Number(time[2]) * 60 + Number(time[3]);
  }
  return /^\d+$/.test(trimmed) ? Number(trimmed) : NaN;
}

/** Scores as people read them. */

/** @param {number} score in the board's smallest unit */
export function formatScore(score, { unit, decimals }) {
  if (unit === 'seconds' && decimals === 0) {
    const seconds = String(score % 60).padStart(2, '0');
    const minutes = Math.floor(score / 60);
    return minutes < 60
      ? `${minutes}:${seconds}`
      : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${seconds}`;
  }
  const value = score / 10 ** decimals;
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

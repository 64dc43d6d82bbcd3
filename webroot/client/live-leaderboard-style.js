/**
 * How <live-leaderboard> looks. A constructed sheet needs no style-src of the page around it. Colours follow the page's
 * color-scheme; each can be set by its --ps-… property.
 */

export const style = new CSSStyleSheet();
style.replaceSync(`
:host {
  --ink: var(--ps-ink, CanvasText);
  --surface: var(--ps-surface, Canvas);
  --muted: var(--ps-muted, color-mix(in srgb, var(--ink) 68%, var(--surface)));
  --line: var(--ps-line, color-mix(in srgb, var(--ink) 14%, var(--surface)));
  --accent: var(--ps-accent, light-dark(#0f766e, #2dd4bf));
  --up: var(--ps-up, light-dark(#15803d, #4ade80));
  --down: var(--ps-down, light-dark(#b45309, #fbbf24));
  --bad: var(--ps-bad, light-dark(#b3261e, #ff8a80));
  display: block;
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: var(--ps-radius, 12px);
  background: var(--surface);
  color: var(--ink);
  font: var(--ps-font, 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  text-align: start;
}
:host([hidden]), [hidden] { display: none !important; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

table { width: 100%; border-collapse: separate; border-spacing: 0; }
caption { padding: .85em 1.1em .5em; text-align: start; }
.heading { display: block; font-size: 1.1em; font-weight: 650; overflow-wrap: anywhere; }
.note { display: block; color: var(--muted); font-size: .88em; }
thead th { padding: .3em .5em; color: var(--muted); font-size: .8em; font-weight: 500; text-align: start; }
tbody th, td { padding: var(--ps-row-padding, .55em) .5em; border-top: 1px solid var(--line); background: var(--surface); }
tbody th { font-weight: inherit; text-align: start; }
.rank { padding-inline-start: 1.1em; font-variant-numeric: tabular-nums; }
.movement { min-width: 2.4em; font-size: .85em; font-variant-numeric: tabular-nums; white-space: nowrap; }
.movement[data-way=up] { color: var(--up); }
.movement[data-way=down] { color: var(--down); }
/* The others take what they need, names the rest. */
.name { width: 100%; max-width: 0; }
.name bdi { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.score { padding-inline-end: 1.1em; white-space: nowrap; text-align: end; font-variant-numeric: tabular-nums; }
thead .score { text-align: end; }
/* In line with what is below, in smaller letters. */
thead .rank { padding-inline-start: 1.375em; }
thead .name { padding-inline: .625em; overflow: hidden; text-overflow: ellipsis; }
thead .score { padding-inline-end: 1.375em; }
td.score { font-weight: 600; }
td.score.changed { animation: changed 1.6s ease-out; }
@keyframes changed { from { color: var(--accent); } }
tbody tr:nth-child(-n + 3) .rank { color: var(--accent); font-weight: 700; }

.status { margin: 0; padding: .7em 1.2em; border-top: 1px solid var(--line); color: var(--muted); font-size: .92em; }
.status:empty { padding: 0; border: 0; }
/* Out of date: without colours, and as easy to read. */
:host([data-state=stale]) tbody :is(th, td) { color: var(--muted); }
:host([data-state=stale]) .status, :host([data-state=refused]) .status { color: var(--bad); }
@media (prefers-reduced-motion: reduce) { td.score.changed { animation: none; } }
`);

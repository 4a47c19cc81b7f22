"""The report's style: for narrow and wide screens, light and dark, and paper."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --back: #f4f5f7; --card: #ffffff; --paper: #ffffff; --ink: #1c2230;
  --soft: #4f5768; --line: #d5d9e0; --link: #1d4f91; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171d; --card: #1e222b; --paper: #ffffff; --ink: #e8eaee; --soft: #b3bac7; --line: #3a4150;
    --link: #8fbdf2; }
  .paper { filter: brightness(0.9); }
}
*, *::before, *::after { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; padding: 1rem clamp(0.6rem, 3vw, 2.5rem) 3rem; background: var(--back); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header, main { max-width: 90rem; margin: 0 auto; }
h1 { font-size: clamp(1.4rem, 3.5vw, 2.1rem); line-height: 1.2; margin: 0.5rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
a { color: var(--link); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; background: var(--card); padding: 0.5rem; z-index: 1; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.lead { max-width: 46rem; margin: 0.2rem 0 1rem; line-height: 1.55; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 8.5rem), 1fr)); gap: 0.6rem 1.2rem;
  margin: 0 0 1rem; }
dl .long { grid-column: 1 / -1; }
.link { margin: 0 0 1rem; }
dl div { border-left: 3px solid var(--line); padding-left: 0.6rem; min-width: 0; }
dt { color: var(--soft); font-size: 0.85rem; }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; padding: 0; margin: 0 0 1rem; }
nav a { display: inline-block; padding: 0.15rem 0; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1rem;
  align-items: start; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; padding: 1rem; min-width: 0;
  scroll-margin-top: 1rem; }
.wide { grid-column: 1 / -1; }
main > .card { margin-top: 1rem; }
figure { margin: 0.6rem 0 0; }
figcaption, .card > p { color: var(--soft); font-size: 0.92rem; margin: 0.6rem 0 0; max-width: 46rem; }
.paper { background: var(--paper); color: #1c2230; border-radius: 0.35rem; overflow-x: auto; padding: 0.3rem; }
.paper svg { display: block; width: 100%; min-width: 30rem; max-width: 50rem; height: auto; margin: 0 auto; }
.scroll { overflow: auto; }
.paper.scroll { max-height: 85vh; }
.paper.scroll svg { width: auto; min-width: 0; max-width: none; }
summary { cursor: pointer; }
summary h2 { display: inline; }
table { border-collapse: collapse; margin-top: 0.6rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.9rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; font-size: 0.88rem; vertical-align: bottom; }
tbody th { font-weight: 600; }
.number { text-align: right; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  :root { --back: #fff; --card: #fff; --paper: #fff; --ink: #000; --soft: #333; --line: #bbb; --link: #000; }
  @page { margin: 15mm; }
  body { padding: 0; font-size: 10pt; }
  nav, .skip { display: none; }
  .pictures { display: block; }
  .card { border: 0; padding: 0; margin: 0 0 8mm; break-inside: avoid; }
  .paper { filter: none; }
  .paper, .paper.scroll, .scroll { overflow: visible; max-height: none; }
  .paper svg, .paper.scroll svg { width: auto; min-width: 0; max-width: 100%; max-height: 230mm; }
  details::details-content { content-visibility: visible; height: auto; }
  h2 { break-after: avoid; }
}
"""

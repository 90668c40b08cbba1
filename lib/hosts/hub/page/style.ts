/** The style of all pages. There is no script: what opens and closes is `details`. */

export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --paper: #fff; --ink: #1d2129; --soft: #5c6470; --line: #e3e6eb; --field: #c9ced6;
  --accent: #1a5fd0; --accent-ink: #fff; --accent-soft: #eaf1fd;
  --good: #17733f; --good-soft: #e6f4ec; --warn: #8a5200; --warn-soft: #fdf3e0; --bad: #b3261e; --bad-soft: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --paper: #1c2027; --ink: #e6e9ee; --soft: #9aa3af; --line: #2d333d; --field: #4a525e;
    --accent: #7aa9f7; --accent-ink: #0e1520; --accent-soft: #1d2b44;
    --good: #6fcf97; --good-soft: #183226; --warn: #f0b65a; --warn-soft: #38290f; --bad: #f28b82; --bad-soft: #3d1f1d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.65 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
main.narrow { max-width: 34rem; padding-top: 3rem; }
h1 { font-size: 1.5rem; line-height: 1.35; margin: 0 0 .25rem; font-weight: 650; }
h2 { font-size: 1.15rem; line-height: 1.4; margin: 0 0 .25rem; font-weight: 650; }
h3 { font-size: 1rem; margin: 0; font-weight: 600; }
h3.apart { margin: 1.2rem 0 .4rem; }
p { margin: .5rem 0; }
a { color: var(--accent); text-underline-offset: .15em; }
small, .soft { color: var(--soft); font-size: .875rem; }
.en { color: var(--soft); font-size: .85em; font-weight: 400; }
p > .en, li > .en, .lines .en { display: block; line-height: 1.5; }
button .en, .button .en { color: inherit; opacity: .8; }
code { font: .875rem/1.5 ui-monospace, Menlo, Consolas, monospace; }
code.command { white-space: nowrap; }
code.secret { display: block; padding: .75rem; border-radius: .5rem; background: var(--ground); border: 1px solid var(--line);
  user-select: all; }

header.top { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.5rem; margin-bottom: 1.25rem; }
header.top h1 { margin: 0; flex: 1 0 auto; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: 0 0 1.25rem; font-size: .9375rem; }
nav a { text-decoration: none; padding: .25rem 0; }
nav a:hover { text-decoration: underline; }

section { background: var(--paper); border: 1px solid var(--line); border-radius: .9rem; padding: 1.25rem 1.35rem 1.4rem;
  margin: 0 0 1.25rem; scroll-margin-top: 1rem; }
section > header { margin-bottom: .9rem; }
.row { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
.row > .grow { flex: 1 1 14rem; min-width: 0; }
.list h3 + p { margin: 0; }
.delivery { margin-top: .4rem; font-size: .875rem; }
.list { list-style: none; margin: 0; padding: 0; }
.list > li { padding: .8rem 0; border-top: 1px solid var(--line); scroll-margin-top: 1rem; }
.list > li:first-child { border-top: 0; padding-top: 0; }
.list > li:last-child { padding-bottom: 0; }
.empty { border: 1px dashed var(--field); border-radius: .7rem; padding: 1rem 1.1rem; color: var(--soft); }
.empty p:first-child { margin-top: 0; color: var(--ink); }
.empty p:last-child { margin-bottom: 0; }

.badge { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; font-size: .8125rem; line-height: 1.6;
  background: var(--ground); color: var(--soft); border: 1px solid var(--line); white-space: nowrap; }
.badge.good { background: var(--good-soft); color: var(--good); border-color: transparent; }
.badge.warn { background: var(--warn-soft); color: var(--warn); border-color: transparent; }
.badge.bad { background: var(--bad-soft); color: var(--bad); border-color: transparent; }
.badge .en { color: inherit; opacity: .85; }
.notice { border-radius: .7rem; padding: .7rem 1rem; margin: .6rem 0 1rem; background: var(--accent-soft); }
.notice.good { background: var(--good-soft); }
.notice.warn { background: var(--warn-soft); }
.notice.bad { background: var(--bad-soft); }
.notice p { margin: 0; }
.notice p + p { margin-top: .4rem; }
.notice.good > p:first-child { color: var(--good); }
.notice.bad > p:first-child { color: var(--bad); }

.tabs { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 1rem; }
.tabs a { padding: .3rem .9rem; border: 1px solid var(--line); border-radius: 2rem; text-decoration: none; color: var(--ink);
  background: var(--paper); }
.tabs a[aria-current] { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }

form { margin: 0; scroll-margin-top: 8rem; }
.fields { display: grid; gap: .9rem; margin: .75rem 0 0; }
.fields.two { grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); align-items: start; }
.help .en { display: block; }
.fields > div:not(.fields) > label + label:not(.check) { margin-top: .9rem; }
label, .label { display: block; font-size: .9375rem; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
legend { padding: 0; font-size: .9375rem; }
.help { display: block; color: var(--soft); font-size: .8125rem; line-height: 1.5; margin-top: .3rem; }
input:not([type=checkbox], [type=radio], [type=hidden]), select, textarea { display: block; width: 100%; margin-top: .3rem;
  font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--field); border-radius: .5rem; padding: .5rem .7rem; }
textarea { font: .875rem/1.55 ui-monospace, Menlo, Consolas, monospace; resize: vertical; }
input[aria-invalid=true], textarea[aria-invalid=true], select[aria-invalid=true] { border-color: var(--bad); }
.choices { max-height: 13rem; overflow-y: auto; margin-top: .3rem; }
label.check { display: flex; gap: .55rem; align-items: baseline; padding: .15rem 0; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
button, .button { font: inherit; line-height: 1.5; padding: .45rem 1.05rem; border: 1px solid var(--accent); border-radius: .5rem;
  background: var(--accent); color: var(--accent-ink); cursor: pointer; text-decoration: none; display: inline-block; text-align: center; }
button:hover, .button:hover { filter: brightness(1.08); }
.step { margin-top: 1.2rem; padding: 1rem 1.1rem 1.2rem; border: 1px solid var(--line); border-radius: .7rem; background: var(--ground); }
.step h3 + p { margin: .5rem 0 1.2rem; }
.step h3 + form { margin-top: .5rem; }
button.second, .button.second { background: transparent; color: var(--ink); border-color: var(--field); }
button.small { padding: .2rem .7rem; font-size: .875rem; }
button.danger { background: transparent; color: var(--bad); border-color: var(--bad); }
button.plain { background: none; border: 0; padding: 0; color: var(--accent); text-decoration: underline; text-underline-offset: .15em; }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: 1rem; }

details > summary { cursor: pointer; }
details.item > summary { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; font-weight: 600; list-style: none; }
details.item > summary::-webkit-details-marker { display: none; }
details.item > summary::before { content: ""; flex: none; width: .45rem; height: .45rem; border: solid var(--soft); border-width: 0 2px 2px 0;
  transform: rotate(-45deg); transition: transform .1s; }
details.item[open] > summary::before { transform: rotate(45deg); }
details.item > summary > .grow { flex: 1 1 12rem; min-width: 0; }
details.item[open] > :not(summary) { margin-left: 1.45rem; }
details.about { margin-top: 1rem; font-size: .9375rem; }
details.about > summary { color: var(--soft); font-size: .875rem; }
.group { margin-top: 1rem; padding: .8rem 1rem 1rem; border: 1px solid var(--line); border-radius: .7rem; background: var(--ground); }
.group > legend { float: left; width: 100%; font-weight: 600; margin-bottom: .6rem; }
.group > .fields { clear: both; margin: 0; }
details.add { margin-top: 1rem; border-top: 1px solid var(--line); padding-top: .9rem; }
details.add > summary { color: var(--accent); }
details.sure { display: inline-block; }
details.sure > summary { font-size: .875rem; color: var(--soft); list-style: none; text-decoration: underline; text-underline-offset: .15em; }
details.sure > summary::-webkit-details-marker { display: none; }
details.sure[open] { display: block; width: 100%; border-radius: .7rem; background: var(--bad-soft); padding: .7rem 1rem; }
details.sure[open] > summary { margin-bottom: .25rem; }

.bar { display: block; width: 100%; height: .55rem; margin: .5rem 0; border-radius: .3rem; background: var(--line); fill: var(--accent); }
.bar.warn { fill: var(--warn); }
.facts { display: flex; flex-wrap: wrap; gap: .1rem 1.5rem; margin: .2rem 0 0; font-size: .875rem; }
.facts > div { display: flex; gap: .45rem; min-width: 0; }
.facts dt { color: var(--soft); white-space: nowrap; }
.facts dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { text-align: left; padding: .45rem .75rem .45rem 0; border-top: 1px solid var(--line); vertical-align: top; font-weight: 400; }
tr:first-child > th, tr:first-child > td { border-top: 0; }
td:last-child { padding-right: 0; text-align: right; white-space: nowrap; }
time { font-variant-numeric: tabular-nums; }
.number { font-size: 1.6rem; font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1.2; }
footer { color: var(--soft); font-size: .8125rem; margin-top: 2rem; }

@media (max-width: 30rem) {
  main { padding: 1rem .8rem 3rem; }
  section { padding: 1rem; border-radius: .75rem; }
  details.item[open] > :not(summary) { margin-left: 0; }
  .actions > button, .actions > .button { flex: 1 1 100%; }
}
`;

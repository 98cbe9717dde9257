"""The looks of tables and pages: dark text on white, nothing told by colour, fit to print."""

from __future__ import annotations

TABLE_STYLE = """<style>
.welfare-table {
  margin: 0 0 2rem;
  max-width: 100%;
  background: #fff;
  color: #0b0c0c;
  font-family: system-ui,-apple-system,"Segoe UI",Arial,sans-serif;
  font-size: 1rem;
  line-height: 1.4;
  text-align: left;
}
.welfare-table .scroll {
  overflow-x: auto;
}
.welfare-table .scroll:focus-visible {
  outline: 3px solid #0b0c0c;
  outline-offset: 2px;
}
.welfare-table table {
  border-collapse: collapse;
  margin: 0;
  min-width: min(100%,34rem);
  font-size: inherit;
  color: inherit;
  background: #fff;
  border: 0;
  border-bottom: 2px solid #0b0c0c;
  table-layout: auto;
}
.welfare-table caption {
  caption-side: top;
  text-align: left;
  padding: 0 0 .6rem;
  color: inherit;
}
.welfare-table caption>* {
  display: block;
  position: sticky;
  left: 0;
  max-width: min(66ch,calc(100vw - 3rem));
  margin: .15rem 0;
}
.welfare-table .title {
  font-weight: 700;
  font-size: 1.15em;
}
.welfare-table .origin {
  font-weight: 700;
}
.welfare-table caption li,
.welfare-table .notes li {
  margin: .2rem 0;
}
.welfare-table.welfare-table ul {
  margin: .15rem 0;
  padding: 0;
  list-style: none;
  font-size: .9em;
}
.welfare-table th,
.welfare-table td {
  padding: .35rem .75rem;
  border: 0;
  border-bottom: 1px solid #b1b4b6;
  background: #fff;
  color: inherit;
  vertical-align: top;
  font-weight: 400;
  text-align: left;
  white-space: normal;
}
.welfare-table td,
.welfare-table thead th.figure {
  text-align: right;
  font-variant-numeric: tabular-nums;
}
.welfare-table td {
  white-space: nowrap;
}
.welfare-table td.words {
  text-align: left;
  white-space: normal;
  min-width: 8rem;
}
.welfare-table thead th {
  font-weight: 700;
  vertical-align: bottom;
  border-bottom: 2px solid #0b0c0c;
}
.welfare-table thead th.span {
  text-align: center;
  border-bottom: 1px solid #0b0c0c;
}
.welfare-table tbody th {
  min-width: 9rem;
  max-width: 28rem;
}
.welfare-table tbody th[scope=rowgroup] {
  font-weight: 700;
  max-width: none;
  padding-top: .9rem;
}
.welfare-table .grouped th[scope=row] {
  padding-left: 1.5rem;
}
.welfare-table tr.net th,
.welfare-table tr.net td {
  font-weight: 700;
}
.welfare-table tr.statistic th,
.welfare-table tr.statistic td {
  border-top: 1px solid #0b0c0c;
}
.welfare-table tr.base th,
.welfare-table tr.base td {
  background: #f3f2f1;
}
.welfare-table tr.first th,
.welfare-table tr.first td {
  border-top: 2px solid #0b0c0c;
}
.welfare-table thead th.figure {
  padding-right: calc(.75rem + var(--letters,0)*.6em + var(--gap,0)*.47em);
}
.welfare-table .edge {
  border-left: 1px solid #b1b4b6;
}
.welfare-table .letters {
  display: inline-block;
  width: calc(var(--letters,0)*.8em);
  text-align: left;
  font-size: .75em;
  font-weight: 700;
  margin-left: .25em;
  vertical-align: super;
  line-height: 1;
}
.welfare-table .key {
  display: block;
  font-weight: 400;
}
.welfare-table .notes {
  max-width: 66ch;
  margin: .5rem 0 0;
}
@media print {
  .welfare-table .scroll { overflow: visible }
  .welfare-table thead { display: table-header-group }
  .welfare-table tr { break-inside: avoid }
  .welfare-table { font-size: 9pt }
}
</style>"""

PAGE_STYLE = """<style>
body {
  margin: 0;
  background: #fff;
  color: #0b0c0c;
  font-family: system-ui,-apple-system,"Segoe UI",Arial,sans-serif;
  font-size: 1rem;
  line-height: 1.5;
}
main,
footer {
  max-width: 80rem;
  margin: 0 auto;
  padding: 1rem;
}
footer {
  border-top: 1px solid #b1b4b6;
  font-size: .9rem;
}
h1,
h2,
h3 {
  line-height: 1.2;
  margin: 2rem 0 .75rem;
}
h1 {
  font-size: 1.9rem;
  margin-top: 1rem;
}
p,
main>ul {
  max-width: 66ch;
}
@media print {
  main,footer { max-width: none; padding: 0 }
  body { font-size: 10pt }
  h2,h3 { break-after: avoid }
}
</style>"""

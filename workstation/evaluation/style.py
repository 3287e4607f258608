"""The page's look: light paper for figures that go into print, numbers that line up, readable in grey."""

from __future__ import annotations

STYLE = """
:root { --ink: #1d2024; --quiet: #5d656e; --hair: #d5d9de; --pale: #f4f6f8; --accent: #1f5f99; --alarm: #9c3a12; }
* { box-sizing: border-box; }
body { margin: 0; background: #e9ecef; color: var(--ink); font: 14px/1.5 "Helvetica Neue", Helvetica, Arial,
  "DejaVu Sans", sans-serif; }
main { max-width: 1180px; margin: 24px auto; padding: 36px 44px 48px; background: #fff; border: 1px solid var(--hair); }
header { border-bottom: 2px solid var(--ink); padding-bottom: 14px; margin-bottom: 8px; }
h1 { font-size: 25px; line-height: 1.2; font-weight: 600; margin: 2px 0 16px; letter-spacing: -0.2px; }
h2 { font-size: 17px; font-weight: 600; margin: 34px 0 6px; }
.mark { color: var(--alarm); font-size: 11px; font-weight: 600; letter-spacing: 1px; margin: 0; }
.facts { display: flex; flex-wrap: wrap; gap: 10px 40px; margin-bottom: 10px; }
.facts b { display: block; font-size: 22px; font-weight: 600; line-height: 1.15; font-variant-numeric: tabular-nums; }
.facts span, .said, small, caption { color: var(--quiet); }
.facts span { font-size: 12px; }
.said { font-size: 13px; max-width: 78ch; margin: 4px 0 10px; }
.alarm { color: var(--alarm); font-size: 13px; }
.wide { overflow-x: auto; margin: 10px 0 18px; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-size: 12.5px; font-weight: 600; color: var(--ink); padding-bottom: 5px; }
thead th { font-weight: 500; font-size: 11.5px; line-height: 1.3; color: var(--quiet); vertical-align: bottom;
  border-bottom: 1px solid var(--ink); border-top: 1px solid var(--ink); }
th, td { padding: 4px 8px; text-align: right; vertical-align: top; border-bottom: 1px solid var(--hair); }
th:first-child, .words, tbody th { text-align: left; }
tbody th { font-weight: 500; }
td.words { color: var(--quiet); }
tbody tr:last-child > * { border-bottom: 1px solid var(--ink); }
small { display: block; font-size: 10.5px; line-height: 1.25; white-space: nowrap; }
.sum { font-weight: 600; }
.none { color: #9aa1a9; }
.sure { font-weight: 600; color: var(--accent); }
td.published { background: var(--pale); font-style: italic; }
svg { max-width: 100%; height: auto; }
dl { display: grid; grid-template-columns: 150px 1fr; gap: 6px 18px; font-size: 13px; margin: 8px 0 14px; }
dt { font-weight: 600; } dd { margin: 0; color: var(--quiet); max-width: 88ch; }
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  body { background: #fff; font-size: 10px; } main { margin: 0; padding: 0; border: 0; max-width: none; }
  table { font-size: 9.5px; } small { font-size: 8px; } th, td { padding: 2px 5px; } .wide { overflow: visible; }
  .said, dl { font-size: 10px; max-width: none; } svg { max-height: 150mm; width: auto; } h1 { font-size: 20px; }
  thead th { font-size: 9px; } h2 { margin-top: 16px; font-size: 14px; } h2, caption { break-after: avoid; }
  tr, svg { break-inside: avoid; } thead { display: table-header-group; }
}
"""

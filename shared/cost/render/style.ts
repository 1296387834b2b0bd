/** Light, dark, phone and paper; no font or image from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--page:#fff;--text:#1b1f24;--soft:#59636e;--line:#d9dee3;--card:#f6f8fa;--bar:#2f6fb5;--odd:#c2570c;--ghost:#c9d7e6;--warn:#8a4b00;--warn-page:#fff4e0}
@media (prefers-color-scheme:dark){:root{--page:#14181d;--text:#e4e8ec;--soft:#9aa5b1;--line:#323a43;--card:#1c2229;--bar:#6aa9ec;--odd:#ff9d4d;--ghost:#35475a;--warn:#ffc477;--warn-page:#33260f}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:60rem;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
h1{font-size:1.5rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.15rem;margin:2.25rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--line)}
p{margin:.4rem 0}.soft,figcaption,.note{color:var(--soft);font-size:.875rem}
.warn{background:var(--warn-page);color:var(--warn);border:1px solid currentColor;border-radius:.4rem;padding:.6rem .8rem;margin:1rem 0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(12.5rem,1fr));gap:.75rem;margin:1.25rem 0;padding:0}
.card{background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.7rem .85rem}
.card b{display:block;font-size:1.2rem;font-variant-numeric:tabular-nums;line-height:1.3}
.card span{color:var(--soft);font-size:.85rem}
figure{margin:.75rem 0}svg{display:block;width:100%;height:auto}
.bar{fill:var(--bar)}.bar.odd{fill:var(--odd)}.ghost{fill:var(--ghost)}.grid{stroke:var(--line)}.axis{fill:var(--soft);font-size:11px}.track{fill:var(--line)}
.key{display:inline-block;width:.8em;height:.8em;border-radius:.15em;vertical-align:-.05em}.key.bar{background:var(--bar)}.key.ghost{background:var(--ghost);margin-left:.8em}.key.odd{background:var(--odd);margin-left:.8em}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{padding:.35rem .6rem .35rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600}td small{display:block;color:var(--soft);line-height:1.25}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}th.n{white-space:normal}
.share{height:.5rem;min-width:4rem;margin-top:.5rem}.cut th:first-child{width:26%}.cut th:nth-child(2){width:30%}.cut td:nth-child(2){padding-right:1.5rem}
ol.next{padding-left:1.3rem}ol.next li{margin-bottom:.8rem}ol.next p{margin:.1rem 0}
@media (max-width:36rem){.cards{grid-template-columns:1fr 1fr;gap:.5rem}.card b{font-size:1.05rem}.cut th:first-child{width:auto}body{padding:1rem .8rem 2rem}.wide{display:none}th,td{padding-right:.4rem}.axis{font-size:20px}}
@media print{:root{--page:#fff;--text:#000;--soft:#444;--line:#bbb;--card:#fff;--bar:#2f6fb5;--odd:#c2570c;--ghost:#c9d7e6;--warn:#000;--warn-page:#fff}
body{max-width:none;padding:0;font-size:10pt}h2{break-after:avoid}tr,.card,figure,li{break-inside:avoid}.scroll{overflow:visible}*{print-color-adjust:exact}}
`;

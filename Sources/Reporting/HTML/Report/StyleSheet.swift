/// How the report looks: in the light, in the dark and on paper, on a phone and on a wide screen.
///
/// The colours of the arms are told apart by people with any kind of colour vision, and the lines
/// have dashes besides.
enum StyleSheet {
  /// The style sheet.
  static let text: StaticString = """

    :root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#57606a;--grid:#e3e6ea;
    --rule:#8b949e;--card:#f6f8fa;--good:#00694a;--bad:#b3261e;--warn:#8a4b00;
    --c1:#0072b2;--c2:#d55e00;--c3:#009e73;--c4:#a8457f;--c5:#56a0d3;--c6:#b58900;
    --d1:#0b3c5d;--d2:#1f6fa5;--d3:#5aa2d6;--d4:#a9d0ee;
    --d5:#7a3b00;--d6:#b85c00;--d7:#e0872b;--d8:#f0a95c;--d9:#f7c997;--d10:#fbe3c8}
    @media screen and (prefers-color-scheme:dark){:root{--paper:#0f1419;--ink:#e6e9ec;--soft:#a3adb8;
    --grid:#2b333c;--rule:#6b7783;--card:#182028;--good:#4cc9a0;--bad:#ff8a80;--warn:#f5b971;
    --c1:#56b4e9;--c2:#f28e4b;--c3:#2cc79b;--c4:#e08bbd;--c5:#9cc9ff;--c6:#e6c65c;
    --d1:#b9dcf7;--d2:#7fbdf0;--d3:#4a93cc;--d4:#2b6796;
    --d5:#ffe2c2;--d6:#ffc88a;--d7:#f5a450;--d8:#cf7f2c;--d9:#a05c17;--d10:#74400c}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;
    overflow-wrap:anywhere}
    header,main,nav,footer{max-width:1240px;margin:0 auto;padding:0 12px}
    h1{font-size:1.7rem;line-height:1.2;margin:1.2rem 0 .4rem}
    h2{font-size:1.25rem;margin:2.2rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--grid)}
    h3{font-size:1rem;margin:0 0 .4rem}
    p{margin:.4rem 0;max-width:75ch}
    a{color:var(--c1)}
    :focus-visible{outline:2px solid var(--c1);outline-offset:2px}
    nav ul{list-style:none;margin:.6rem 0;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1rem}
    .lead{font-size:1.1rem}
    .soft,.note{color:var(--soft);font-size:.9rem}
    .charts{display:grid;gap:1.2rem;
    grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr))}
    figure{margin:0;padding:.8rem;background:var(--card);border-radius:6px;min-width:0}
    figure.wide{grid-column:1/-1}
    figure svg{display:block;width:100%;height:auto;max-width:560px}
    .legend{list-style:none;margin:.4rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.1rem 1rem;
    font-size:.9rem}
    .legend svg.key{display:inline-block;width:26px;height:12px;margin-right:.4rem;
    vertical-align:-1px}
    details{margin-top:.5rem;font-size:.9rem}
    summary{cursor:pointer;color:var(--soft)}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums;
    overflow-wrap:normal}
    caption{text-align:left;color:var(--soft);font-size:.85rem;padding-bottom:.2rem}
    th,td{padding:.25rem .7rem .25rem 0;text-align:right;vertical-align:top;
    border-bottom:1px solid var(--grid)}
    td{white-space:nowrap}td:last-child{white-space:normal;min-width:7.5rem}
    th:first-child{text-align:left;font-weight:500}
    thead th{border-bottom:1px solid var(--rule);font-weight:600}
    .objectives{list-style:none;padding:0;margin:.6rem 0}
    .objectives li{padding:.15rem 0 .15rem 1.6rem;text-indent:-1.6rem}
    .objectives b{display:inline-block;min-width:1.3rem;text-indent:0}
    .apart{margin-top:1.4rem}
    .pass b{color:var(--good)}.fail b{color:var(--bad)}.open b{color:var(--warn)}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.6rem 0}
    dt{color:var(--soft)}dd{margin:0}
    pre{overflow-x:auto;background:var(--card);padding:.8rem;border-radius:6px;font-size:.8rem;
    line-height:1.4;overflow-wrap:normal}
    svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;
    fill:var(--soft)}
    svg text.strong{font-weight:600;fill:var(--ink)}
    svg text.small{font-size:10px}
    svg text.alarm{font-weight:600;fill:var(--bad)}
    .grid{stroke:var(--grid);fill:none}.axis{stroke:var(--rule);fill:none}
    .line{fill:none;stroke-width:1.8;stroke-linejoin:round}
    .surface{stroke:none;fill-opacity:.18}.surface.bar{fill-opacity:.9}
    .c1{stroke:var(--c1)}.c2{stroke:var(--c2);stroke-dasharray:7 3}
    .c3{stroke:var(--c3);stroke-dasharray:2 3}.c4{stroke:var(--c4);stroke-dasharray:9 3 2 3}
    .c5{stroke:var(--c5);stroke-dasharray:4 2}.c6{stroke:var(--c6);stroke-dasharray:12 4}
    .surface.c1{fill:var(--c1)}.surface.c2{fill:var(--c2)}.surface.c3{fill:var(--c3)}
    .surface.c4{fill:var(--c4)}.surface.c5{fill:var(--c5)}.surface.c6{fill:var(--c6)}
    .surface{stroke:none!important}
    .limit{fill:none;stroke:var(--ink);stroke-width:1.4;stroke-dasharray:5 4}
    .bad{fill:none;stroke:var(--bad);stroke-width:1.8;stroke-dasharray:2 2}
    .delay{stroke:var(--card);stroke-width:.6}
    .d1{fill:var(--d1)}.d2{fill:var(--d2)}.d3{fill:var(--d3)}.d4{fill:var(--d4)}
    .d5{fill:var(--d5)}.d6{fill:var(--d6)}.d7{fill:var(--d7)}.d8{fill:var(--d8)}
    .d9{fill:var(--d9)}.d10{fill:var(--d10)}
    .decision{stroke:var(--ink);stroke-width:2;fill:none}
    .box{fill:var(--paper);stroke:var(--rule)}.box.busy{stroke:var(--bad);stroke-width:2}
    .track{fill:var(--grid)}.fill{fill:var(--c1)}.fill.busy{fill:var(--bad)}
    .call{fill:none;stroke:var(--rule);stroke-width:1.3}.head{fill:var(--rule)}
    footer{margin-top:2rem;padding-bottom:2rem}
    @media print{:root{color-scheme:light}body{font-size:11pt}nav{display:none}
    figure,li,tr{break-inside:avoid}h2,h3{break-after:avoid}.charts{grid-template-columns:1fr 1fr}
    details:not([open]){display:none}figure{border:1px solid var(--grid)}}

    """
}

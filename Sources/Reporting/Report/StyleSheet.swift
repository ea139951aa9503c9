/// The style of the page and of the figures in it. It has to do without quotes, `<`, `>` and `&`: see `Markup.style`.
enum StyleSheet {
    /// Colours as variables, for light and dark; figures take them by class.
    ///
    /// Series are Okabe and Ito's colours, digits are Tol's "muted" scheme; on a dark page the darkest of them are
    /// replaced by lighter ones of the same hue.
    static let colors = """
        :root { color-scheme: light dark; --ink: #1b1f24; --soft: #5a6472; --line: #d8dde3; --page: #ffffff;
          --panel: #f5f7f9; --accent: #0072b2; --warn: #fff4d6; --warn-line: #d9a400;
          --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #b0528f; --s4: #c28a00; --s5: #3a9bd6;
          --d0: #cc6677; --d1: #332288; --d2: #c4a92f; --d3: #117733; --d4: #5fb3dd; --d5: #882255;
          --d6: #44aa99; --d7: #86862b; --d8: #aa4499; --d9: #7d7d7d; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --soft: #a3adb9; --line: #38414c;
          --page: #14181d; --panel: #1d232a; --accent: #6cb8e6; --warn: #3a3115; --warn-line: #d9a400;
          --s0: #56b4e9; --s1: #f0803c; --s2: #2cc79a; --s3: #dd8fc0; --s4: #e6b53c; --s5: #9fd3f2;
          --d0: #e28795; --d1: #8c80e8; --d2: #ddcc77; --d3: #4fae6d; --d4: #88ccee; --d5: #c76a9a;
          --d6: #5cc9b7; --d7: #b5b552; --d8: #cf77c0; --d9: #b4b4b4; } }
        @media print { :root { color-scheme: light; --ink: #000000; --soft: #444444; --line: #cccccc;
          --page: #ffffff; --panel: #ffffff; --accent: #005a8c; --warn: #ffffff;
          --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #b0528f; --s4: #c28a00; --s5: #3a9bd6;
          --d0: #cc6677; --d1: #332288; --d2: #c4a92f; --d3: #117733; --d4: #5fb3dd; --d5: #882255;
          --d6: #44aa99; --d7: #86862b; --d8: #aa4499; --d9: #7d7d7d; } }

        """

    /// The figures' own rules; they need `colors`.
    static let figures =
        """
        .plot { font-family: system-ui, Segoe UI, Roboto, Noto Sans, Liberation Sans, DejaVu Sans, sans-serif; font-size: 12px; }
        .plot text { fill: var(--ink); }
        .plot .tick { fill: var(--soft); font-variant-numeric: tabular-nums; }
        .plot .note { fill: var(--soft); font-size: 11px; }
        .plot .heading { font-size: 13px; font-weight: 600; }
        .plot .grid { stroke: var(--line); stroke-width: 1; }
        .plot .axis { stroke: var(--soft); stroke-width: 1; }
        .plot .rule { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
        .plot .outline { fill: none; }
        .plot .series { fill: none; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
        .plot .dashed { stroke-dasharray: 6 4; }
        .plot .faint { stroke-width: 1; stroke-opacity: 0.38; }
        .plot .dots { fill: none; stroke-linecap: round; }
        .plot .large { stroke-width: 4; stroke-opacity: 0.55; }
        .plot .small { stroke-width: 3.2; stroke-opacity: 0.6; }
        .plot .key { stroke-width: 9; }
        .plot .pixels { image-rendering: pixelated; }
        .plot .cell { stroke: #ffffff; stroke-opacity: 0.45; stroke-width: 0.7; stroke-dasharray: 2 2; }
        .plot .frame { fill: none; stroke: #f0803c; stroke-width: 1.6; }
        .plot .on-light { fill: #000000; font-size: 10px; }
        .plot .on-dark { fill: #ffffff; font-size: 10px; }

        """ + classes("s", Palette.seriesCount) + classes("d", 10)
        + ".plot .dx { stroke: var(--soft); }\n"

    /// The page's rules.
    static let page = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
        body { margin: 0; background: var(--page); color: var(--ink); line-height: 1.55;
          font-family: system-ui, Segoe UI, Roboto, Noto Sans, Liberation Sans, DejaVu Sans, sans-serif; font-size: 16px; }
        main, header, footer { max-width: 1000px; margin: 0 auto; padding: 0 18px; }
        header { padding-top: 34px; }
        h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 6px; }
        h2 { font-size: 1.3rem; margin: 52px 0 10px; padding-top: 14px; border-top: 1px solid var(--line); }
        main section:first-child h2 { margin-top: 22px; }
        h3 { font-size: 1.02rem; margin: 24px 0 6px; }
        p { margin: 8px 0; max-width: 46em; }
        a { color: var(--accent); }
        .subtitle, figcaption, caption, .fine { color: var(--soft); }
        .fine { font-size: 0.88rem; }
        .notice { border-left: 4px solid var(--warn-line); background: var(--warn); padding: 8px 14px;
          margin: 16px 0; max-width: 46em; }
        nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0; margin: 14px 0 0; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px;
          margin: 20px 0 6px; }
        .tile { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
        .tile .name { color: var(--soft); font-size: 0.85rem; line-height: 1.3; }
        .tile .value { font-size: 1.6rem; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.35; }
        .tile .versus { font-size: 0.85rem; color: var(--soft); line-height: 1.35; }
        .scroll { overflow-x: auto; margin: 14px 0; }
        table { border-collapse: collapse; min-width: min(100%, 42em); font-size: 0.92rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; padding: 0 0 8px; font-size: 0.92rem;
          max-width: min(46em, calc(100vw - 36px)); }
        th, td { padding: 5px 14px 5px 0; text-align: left; vertical-align: top;
          border-bottom: 1px solid var(--line); }
        th { font-weight: 600; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { border-bottom: 2px solid var(--soft); white-space: nowrap; }
        tbody th { font-weight: 400; }
        th[scope=rowgroup] { font-weight: 600; padding-top: 14px; }
        .number { text-align: right; white-space: nowrap; }
        .best { font-weight: 600; }
        .mark { display: inline-block; border: 1px solid var(--soft); border-radius: 9px; padding: 0 8px;
          font-size: 0.78rem; line-height: 1.45; white-space: nowrap; }
        .mark-paper { color: var(--s0); border-color: var(--s0); }
        .mark-ours { color: var(--s1); border-color: var(--s1); }
        .mark-fail { color: var(--page); background: var(--s1); border-color: var(--s1); }
        .mark-pass { color: var(--s2); border-color: var(--s2); }
        figure { margin: 18px 0; }
        figcaption { font-size: 0.92rem; max-width: 50em; margin-top: 8px; }
        figcaption b { color: var(--ink); }
        svg.plot { display: block; max-width: 100%; height: auto; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr));
          gap: 22px 26px; }
        .charts svg.plot { width: 100%; max-width: 470px; }
        .images { display: grid; grid-template-columns: repeat(6, 1fr); gap: 14px; max-width: 860px; }
        .charts figure { margin: 0; }
        .images svg.plot { width: 100%; }
        .images .plot .note { font-size: 9.5px; }
        pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px;
          overflow-x: auto; font-size: 0.88rem; }
        code { font-family: ui-monospace, SF Mono, Menlo, Consolas, DejaVu Sans Mono, monospace; }
        .hash { overflow-wrap: anywhere; font-size: 0.82rem; }
        footer { margin-top: 48px; padding-bottom: 40px; }
        @media (max-width: 560px) { th, td { padding-right: 8px; } table { font-size: 0.82rem; }
          .number { white-space: normal; }
          .images { grid-template-columns: repeat(3, 1fr); gap: 10px; } }
        @media print { body { font-size: 10.5pt; } nav { display: none; } h2 { break-after: avoid; }
          .tile, tr, svg.plot { break-inside: avoid; } .scroll { overflow: visible; }
          main, header, footer { max-width: none; } .charts { grid-template-columns: 1fr 1fr; }
          .images { max-width: 15cm; } }

        """

    private static func classes(_ prefix: String, _ count: Int) -> String {
        (0..<count).map { index in
            ".plot .\(prefix)\(index) { stroke: var(--\(prefix)\(index)); }\n"
                + ".plot .marker.\(prefix)\(index) { fill: var(--\(prefix)\(index)); }\n"
        }.joined()
    }
}

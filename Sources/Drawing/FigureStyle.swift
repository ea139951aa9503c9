/// The style of figures. It has to do without quotes, `<`, `>` and `&`: see `Markup.style`.
package enum FigureStyle {
    /// Colours as variables, for light and dark; figures take them by class.
    ///
    /// Series are Okabe and Ito's colours, digits are Tol's "muted" scheme; on a dark page the darkest of them are
    /// replaced by lighter ones of the same hue.
    package static let colors = """
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
    package static let figures =
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

    private static func classes(_ prefix: String, _ count: Int) -> String {
        (0..<count).map { index in
            ".plot .\(prefix)\(index) { stroke: var(--\(prefix)\(index)); }\n"
                + ".plot .marker.\(prefix)\(index) { fill: var(--\(prefix)\(index)); }\n"
        }.joined()
    }
}

/// The style of a page. It has to do without quotes, `<`, `>` and `&`: see `Markup.style`.
enum PageStyle {
    /// The page's rules.
    static let rules = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
        body { margin: 0; background: var(--page); color: var(--ink); line-height: 1.55;
          font-family: system-ui, Segoe UI, Roboto, Noto Sans, Liberation Sans, DejaVu Sans, sans-serif; font-size: 16px; }
        main, header, footer { max-width: 1240px; margin: 0 auto; padding: 0 18px; }
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
        thead th { border-bottom: 2px solid var(--soft); vertical-align: bottom; }
        tbody th { font-weight: 400; }
        th[scope=rowgroup] { font-weight: 600; padding-top: 14px; }
        .number { text-align: right; }
        td.number { white-space: nowrap; }
        .best { font-weight: 600; }
        .mark { display: inline-block; border: 1px solid var(--soft); border-radius: 9px; padding: 0 8px;
          font-size: 0.78rem; line-height: 1.45; white-space: nowrap; color: var(--ink); }
        .mark-paper { border-color: var(--s0); }
        .mark-ours { border-color: var(--s1); }
        .mark-fail { border: 3px double var(--s1); }
        .mark-pass { border-color: var(--s2); }
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
}

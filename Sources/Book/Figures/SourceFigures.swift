import Drawing
import Foundation

extension BookFigure {
    /// Chapter 11: the files of the proof, and which needs which.
    static let proofFiles = BookFigure(
        description: "The files of Proofs as a graph: each stands above those it imports, Statements.v on top"
    ) { data in
        let folder = data.root.appendingPathComponent("Proofs")
        var needs: [String: [String]] = [:]
        for file in Project.files(in: folder)
        where file.pathExtension == "v" && file.deletingLastPathComponent().lastPathComponent == "Proofs" {
            let text = try String(contentsOf: file, encoding: .utf8)
            let own = text.matches(of: /From CRLTAC Require Import ([\w\s]+)\./).flatMap { match in
                match.1.split(whereSeparator: \.isWhitespace).map(String.init)
            }
            needs[file.deletingPathExtension().lastPathComponent] = own
        }
        return graph(needs)
    }

    /// Boxes in layers; an arrow that a longer way replaces is not drawn.
    private static func graph(_ needs: [String: [String]]) -> Markup {
        func layer(_ name: String) -> Int { ((needs[name] ?? []).map(layer).max() ?? -1) + 1 }
        func reaches(_ from: String, _ to: String) -> Bool {
            (needs[from] ?? []).contains { $0 == to || reaches($0, to) }
        }
        let layers = Dictionary(grouping: needs.keys.sorted(), by: layer)
        let height = layers.keys.max() ?? 0
        let (width, boxHeight, rowHeight) = (700.0, 26.0, 62.0)
        var places: [String: (x: Double, y: Double, width: Double)] = [:]
        for (level, names) in layers {
            let y = 34 + Double(height - level) * rowHeight
            for (index, name) in names.enumerated() {
                let x = width * (Double(index) + 0.5) / Double(names.count)
                places[name] = (x, y, 7.2 * Double(name.count) + 16)
            }
        }
        var arrows: [Markup] = []
        var boxes: [Markup] = []
        for (name, own) in needs.sorted(by: { $0.key < $1.key }) {
            guard let place = places[name] else { continue }
            for other in own where !own.contains(where: { $0 != other && reaches($0, other) }) {
                guard let target = places[other] else { continue }
                arrows.append(
                    SVG.path([[(place.x, place.y + boxHeight), (target.x, target.y)]], class: "series faint s0"))
            }
            boxes.append(
                SVG.rect(
                    x: place.x - place.width / 2, y: place.y, width: place.width, height: boxHeight, class: "box",
                    fill: "var(--panel)"))
            boxes.append(SVG.text(name, x: place.x, y: place.y + 17, class: "label", anchor: "middle"))
        }
        return SVG.document(
            width: width, height: 34 + Double(height + 1) * rowHeight, title: "The files of Proofs",
            description: "A file stands above those that it imports",
            [SVG.text("The files of Proofs; a line leads down to what a file imports", x: 8, y: 18, class: "heading")]
                + arrows + boxes)
    }

    /// Chapter 12: how many planted faults name each law.
    static let faults = BookFigure(
        description:
            "The laws of the property suite as bars: how many of the catalogue's planted faults each must notice"
    ) { data in
        let tests = try Project.files(in: data.root.appendingPathComponent("Tests/Proposition1Tests")).map {
            try String(contentsOf: $0, encoding: .utf8)
        }.joined(separator: "\n")
        var titles: [String: String] = [:]
        for match in tests.matches(of: /static let (\w+) = Law\.\w+\(\s*"([^"]+)"/) {
            titles[String(match.1)] = String(match.2)
        }
        var counts: [String: Int] = [:]
        for match in tests.matches(of: /caughtBy: \[([^\]]+)\]|caughtOnlyBy: \.(\w+)/) {
            let names = match.2.map { [String($0)] } ?? (match.1 ?? "").matches(of: /\.(\w+)/).map { String($0.1) }
            for name in names { counts[titles[name] ?? name, default: 0] += 1 }
        }
        let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return Bars(
            title: "Planted faults by the law that must notice", description: "Laws of the property suite",
            label: "entries of the catalogue that name the law",
            groups: [("", ranked.map { Bars.Bar(shortened($0.key), Double($0.value), color: 0) })], decimals: 0
        ).svg()
    }

    private static func shortened(_ text: String) -> String { text.count > 46 ? text.prefix(45) + "…" : text }
}

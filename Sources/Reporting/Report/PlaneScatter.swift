import CropExperiment
import Drawing
import Foundation

/// Figure 6: two-dimensional representations by class.
///
/// Representations of the sphere S¹ lie on one circle, and points of ten classes hide one another there. So each class
/// has a ring of its own outside: the same directions again, readable without colours.
enum PlaneScatter {
    private static let width = 440.0
    private static let center = (x: 220.0, y: 232.0)
    private static let unit = 92.0
    private static let firstRing = 1.22
    private static let ringSpan = 0.95
    /// More points than this add ink and no information.
    private static let limit = 3_000

    static func svg(_ points: [RunFigures.PlanePoint], title: String) -> Markup {
        let finite = points.filter { $0.x.isFinite && $0.y.isFinite && hypot($0.x, $0.y) < 1e3 }
        let step = max(1, (finite.count + limit - 1) / limit)
        let drawn = stride(from: 0, to: finite.count, by: step).map { finite[$0] }
        let heading = SVG.text(title, x: 4, y: 16, class: "heading")
        guard !drawn.isEmpty else {
            return SVG.document(
                width: width, height: 120, title: title, description: "No data",
                [heading, SVG.text("no data", x: width / 2, y: 70, anchor: "middle")])
        }
        // Averages of unit vectors have norms up to 1; anything longer is scaled to fit.
        let longest = drawn.map { hypot(Double($0.x), Double($0.y)) }.max() ?? 1
        let scale = unit / max(1, longest)
        let labels = Set(drawn.map(\.label)).sorted()
        var parts = [heading, circle(radius: scale, class: "axis"), axes()]
        parts += labels.enumerated().map { index, label in
            let ours = drawn.filter { $0.label == label }
            let inner = ours.map { (x: center.x + Double($0.x) * scale, y: center.y - Double($0.y) * scale) }
            let radius = unit * (firstRing + ringSpan * Double(index) / Double(max(labels.count, 10)))
            let outer = ours.compactMap { point -> (x: Double, y: Double)? in
                let norm = hypot(Double(point.x), Double(point.y))
                guard norm > 0 else { return nil }
                return (center.x + Double(point.x) / norm * radius, center.y - Double(point.y) / norm * radius)
            }
            return .fragment([
                circle(radius: radius, class: "grid"),
                SVG.dots(inner, class: "large \(Palette.digit(label))"),
                SVG.dots(outer, class: "small \(Palette.digit(label))"),
            ])
        }
        parts.append(ringLabels(labels))
        return SVG.document(
            width: width, height: 484, title: title,
            description: "\(drawn.count) points of \(labels.count) classes: a scatter plot in the middle, and each "
                + "class on its own ring around it", parts)
    }

    private static func axes() -> Markup {
        .fragment([
            SVG.line(center.x - unit, center.y, center.x + unit, center.y, class: "grid"),
            SVG.line(center.x, center.y - unit, center.x, center.y + unit, class: "grid"),
        ])
    }

    private static func circle(radius: Double, class name: String) -> Markup {
        .element(
            "circle",
            [
                "class": "outline \(name)", "cx": Format.coordinate(center.x), "cy": Format.coordinate(center.y),
                "r": Format.coordinate(radius),
            ])
    }

    /// The legend: each class with its colour, from the innermost ring out.
    private static func ringLabels(_ labels: [Int]) -> Markup {
        let step = min(33, (width - 20) / Double(max(labels.count, 1)))
        let left = width / 2 - step * Double(labels.count) / 2
        return .fragment(
            labels.enumerated().map { index, label in
                let x = left + Double(index) * step
                return .fragment([
                    SVG.dots([(x: x + 8, y: 454)], class: "key \(Palette.digit(label))"),
                    SVG.text(String(label), x: x + 17, y: 458, class: "label"),
                ])
            } + [SVG.text("classes, from the inner ring out", x: width / 2, y: 476, class: "note", anchor: "middle")])
    }
}

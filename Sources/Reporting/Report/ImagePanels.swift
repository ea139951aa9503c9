import CropExperiment
import Digits
import Drawing
import Foundation

/// Small pictures of images and of distributions over their crops.
enum ImagePanels {
    private static let side = 96.0

    /// Width and height of ``augmentation(_:)``.
    static let augmentationSize = (width: side, height: side * 2 + 24)

    /// An image as the networks see it; its cells are drawn where it has more than one.
    static func sample(_ sample: RunFigures.Sample) -> Markup {
        var parts = [canvas(sample.canvas)]
        let cells = max(1, sample.canvas.width / DigitImages.side)
        if sample.cell != nil {
            for number in 1..<cells {
                let part = side * Double(number) / Double(cells)
                parts.append(SVG.line(part, 0, part, side, class: "cell"))
                parts.append(SVG.line(0, part, side, part, class: "cell"))
            }
        }
        let place = sample.cell.map { " in row \($0 / cells + 1), column \($0 % cells + 1) of the canvas" } ?? ""
        return SVG.document(
            width: side, height: side, title: "A \(sample.label)\(place)",
            description: "\(sample.canvas.width)×\(sample.canvas.height) pixels", parts)
    }

    /// An image, with its most probable crop framed, above the heat map of its P(T|x).
    ///
    /// Each heat map has its own scale: black-violet is 0, yellow the map's greatest probability, written below it.
    static func augmentation(_ augmentation: RunFigures.Augmentation) -> Markup {
        let rows = augmentation.probabilities
        let cells = rows.enumerated().flatMap { row, values in
            values.enumerated().map { (row: row, column: $0.offset, probability: $0.element) }
        }
        let finite = cells.filter { $0.probability.isFinite }
        guard let best = finite.max(by: { $0.probability < $1.probability }) else {
            return SVG.document(
                width: side, height: side * 2 + 22, title: "A \(augmentation.label)", description: "P(T|x) is missing",
                [canvas(augmentation.canvas), SVG.text("no data", x: side / 2, y: side * 1.5, anchor: "middle")])
        }
        let scale = side / Double(max(augmentation.canvas.width, augmentation.canvas.height))
        let corner = (
            x: Double(best.column * augmentation.stride) * scale, y: Double(best.row * augmentation.stride) * scale
        )
        let frame = SVG.rect(
            x: corner.x, y: corner.y, width: Double(augmentation.cropSize) * scale,
            height: Double(augmentation.cropSize) * scale, class: "frame")
        let top = side + 6
        let columns = rows.map(\.count).max() ?? 0
        let map: Markup =
            cells.count <= 16
            ? rectangles(cells, rows: rows.count, columns: columns, maximum: best.probability, top: top)
            : raster(rows, columns: columns, maximum: best.probability, top: top)
        let greatest = Format.significant(best.probability, digits: 2)
        return SVG.document(
            width: side, height: top + side + 18, title: "A \(augmentation.label) and its P(T|x)",
            description: "The most probable crop, at column \(best.column) and row \(best.row), has \(greatest)",
            [
                canvas(augmentation.canvas), frame, map,
                SVG.text("max \(greatest)", x: side / 2, y: top + side + 13, class: "note", anchor: "middle"),
            ])
    }

    /// The scale of the heat maps.
    static func colorBar() -> Markup {
        let steps = 32
        let width = 8.0
        let bars = (0..<steps).map { step in
            SVG.rect(
                x: Double(step) * width, y: 4, width: width + 0.5, height: 12, class: "heat",
                fill: Palette.viridisHex((Double(step) + 0.5) / Double(steps)))
        }
        let right = Double(steps) * width
        return SVG.document(
            width: right + 4, height: 34, title: "Colour scale",
            description: "From dark violet at 0 to yellow at the greatest probability of each map",
            bars + [
                SVG.text("0", x: 0, y: 30),
                SVG.text("greatest P(t|x) of the map", x: right, y: 30, anchor: "end"),
            ])
    }

    private static func canvas(_ image: RunFigures.Image) -> Markup {
        let uri = PNG.dataURI(
            width: image.width, height: image.height, pixels: image.pixels, colorType: .greyscale)
        let scale = side / Double(max(image.width, image.height))
        return SVG.image(
            uri: uri, x: 0, y: 0, width: Double(image.width) * scale, height: Double(image.height) * scale)
    }

    private static func rectangles(
        _ cells: [(row: Int, column: Int, probability: Double)], rows: Int, columns: Int, maximum: Double, top: Double
    ) -> Markup {
        let (width, height) = (side / Double(columns), side / Double(rows))
        return .fragment(
            cells.map { cell in
                let (x, y) = (Double(cell.column) * width, top + Double(cell.row) * height)
                let shade = cell.probability / max(maximum, .leastNormalMagnitude)
                let text = Format.significant(cell.probability, digits: 2)
                return .fragment([
                    SVG.rect(
                        x: x, y: y, width: width, height: height, class: "heat", fill: Palette.viridisHex(shade),
                        title: "P(t|x) = \(text)"),
                    SVG.text(
                        Format.fixed(cell.probability, decimals: 2), x: x + width / 2, y: y + height / 2 + 4,
                        class: shade > 0.6 ? "on-light" : "on-dark", anchor: "middle"),
                ])
            })
    }

    private static func raster(_ rows: [[Double]], columns: Int, maximum: Double, top: Double) -> Markup {
        var pixels = Data(capacity: rows.count * columns * 3)
        for row in rows {
            for column in 0..<columns {
                let probability = column < row.count ? row[column] : 0
                let color = Palette.viridis(probability / max(maximum, .leastNormalMagnitude))
                pixels.append(contentsOf: [color.red, color.green, color.blue])
            }
        }
        let uri = PNG.dataURI(width: columns, height: rows.count, pixels: pixels, colorType: .rgb)
        return SVG.image(uri: uri, x: 0, y: top, width: side, height: side)
    }
}

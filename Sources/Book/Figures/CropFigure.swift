import CropExperiment
import Digits
import Drawing
import Foundation
import Tensors

extension BookFigure {
    /// Chapter 1: two canvases, and which of their crops show anything.
    static let crops = BookFigure(
        description:
            "Two canvases of the derived data with some crops framed, and beside each the 17 × 17 crops: bright where they show a part of the digit, dark where they are blank"
    ) { _ in
        // Embedded digits, so that the picture needs no MNIST.
        let digits = try EmbeddedDigits.load(reason: "a picture").test
        let dataset = CanvasDataset(digits.prefix(2), geometry: .derived, cells: [0, 4])
        let side = 200.0
        var parts: [Markup] = [
            SVG.text("Two canvases", x: 12, y: 18, class: "heading"),
            SVG.text("Their 289 crops, by ink", x: 36 + side, y: 18, class: "heading"),
        ]
        for image in 0..<2 {
            let top = 28 + Double(image) * (side + 30)
            parts += canvas(dataset, image, top: top, side: side)
            parts += map(dataset, image, left: 36 + side, top: top, side: side)
        }
        return SVG.document(
            width: 48 + 2 * side, height: 28 + 2 * (side + 30), title: "Crops of two images",
            description: "Most crops are blank", parts)
    }

    private static func canvas(_ dataset: CanvasDataset, _ image: Int, top: Double, side: Double) -> [Markup] {
        let geometry = dataset.geometry
        let pixels = Data(dataset.canvas(of: image))
        let unit = side / Double(geometry.canvasSide)
        let uri = PNG.dataURI(
            width: geometry.canvasSide, height: geometry.canvasSide, pixels: pixels, colorType: .greyscale)
        var parts = [SVG.image(uri: uri, x: 12, y: top, width: side, height: side)]
        for third in 1..<3 {
            let place = Double(third) * side / 3
            parts.append(SVG.line(12 + place, top, 12 + place, top + side, class: "cell"))
            parts.append(SVG.line(12, top + place, 12 + side, top + place, class: "cell"))
        }
        // One crop inside the digit's cell, one across its border, one blank.
        let row = 17
        let chosen =
            image == 0 ? [1 * row + 1, 4 * row + 5, 13 * row + 12] : [8 * row + 8, 11 * row + 5, 13 * row + 14]
        for crop in chosen {
            let (y, x) = geometry.topLeft(ofCrop: crop)
            parts.append(
                SVG.rect(
                    x: 12 + Double(x) * unit, y: top + Double(y) * unit, width: 20 * unit, height: 20 * unit,
                    class: "frame"))
        }
        return parts
    }

    private static func map(
        _ dataset: CanvasDataset, _ image: Int, left: Double, top: Double, side: Double
    ) -> [Markup] {
        let geometry = dataset.geometry
        let canvas = dataset.canvas(of: image)
        let ink = (0..<geometry.cropCount).map { crop -> Double in
            let (top, left) = geometry.topLeft(ofCrop: crop)
            return (0..<geometry.cropSide).reduce(0.0) { sum, row in
                (0..<geometry.cropSide).reduce(sum) {
                    $0 + Double(canvas[(top + row) * geometry.canvasSide + left + $1])
                }
            }
        }
        let most = max(1, ink.max() ?? 1)
        var pixels = Data()
        for value in ink {
            let (red, green, blue) = Palette.viridis(value / most)
            pixels.append(contentsOf: [red, green, blue])
        }
        let blank = (0..<geometry.cropCount).count { dataset.isBlank(image: image, crop: $0) }
        let uri = PNG.dataURI(
            width: geometry.cropsPerSide, height: geometry.cropsPerSide, pixels: pixels, colorType: .rgb)
        return [
            SVG.image(uri: uri, x: left, y: top, width: side, height: side),
            SVG.text("\(blank) of \(geometry.cropCount) crops are blank", x: left, y: top + side + 16, class: "label"),
        ]
    }
}

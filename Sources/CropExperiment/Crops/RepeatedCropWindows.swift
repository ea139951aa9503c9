import Autodiff
import Digits
import NeuralNetworks
import Tensors

/// Crops as an encoder reads them.
struct CropImages<Scalar: TensorScalar>: Sendable {
    /// Standardised pixels, `[crop, row, column, 1]`.
    let pixels: Tensor<Scalar>
    /// For each of the encoder's first layers that pools, which of its windows repeat which.
    let repeated: [RepeatedWindows]
}

extension Representation {
    /// h of some crops; as ``callAsFunction(_:repeating:by:)``.
    mutating func callAsFunction(
        _ crops: CropImages<Scalar>, by moments: NormalizationMoments<Scalar>
    ) -> Variable<Scalar> {
        self(Variable(crops.pixels), repeating: crops.repeated, by: moments)
    }

    /// h of some crops, normalised by the population's moments.
    func callAsFunction(_ crops: CropImages<Scalar>) -> Variable<Scalar> {
        self(Variable(crops.pixels), repeating: crops.repeated)
    }
}

/// The pixels of a crop that a pooling window depends on, along one axis.
struct WindowField: Equatable {
    /// Pixels from one window to the next.
    let step: Int
    /// Pixels by which the first window reaches beyond the crop's edge.
    let before: Int
    /// Pixels of a window.
    let span: Int
    /// Windows along the crop's side.
    let count: Int
    /// Pixels of the crop's side.
    let side: Int

    /// The fields of the first layers, up to one that does not pool in windows.
    ///
    /// - Parameters:
    ///   - layers: one behind the other.
    ///   - side: rows, and columns, of a crop.
    static func ofLeading(_ layers: [ConvolutionDesign], onCropsOf side: Int) -> [WindowField] {
        var fields: [WindowField] = []
        var (step, before, span, count) = (1, 0, 1, side)
        for layer in layers {
            guard case .windows(let window) = layer.pooling else { break }
            before += step * layer.padding
            span += step * (window + layer.side - 2)
            step *= window
            count = layer.outputSide(ofInput: count)
            fields.append(WindowField(step: step, before: before, span: span, count: count, side: side))
        }
        return fields
    }

    /// The first pixel of a window; negative where it reaches beyond the edge.
    @inline(__always)
    func start(of window: Int) -> Int { step * window - before }

    /// The edge class of each window: 0 inside the crop; a class of its own where it reaches beyond an edge, since no other
    /// window sees as much padding.
    var edges: [Int] {
        var last = 0
        return (0..<count).map { window in
            guard start(of: window) < 0 || start(of: window) + span > side else { return 0 }
            last += 1
            return last
        }
    }
}

extension CanvasDataset {
    /// Crops as the layers of an encoder read them.
    ///
    /// - Parameters:
    ///   - crops: which crop of which image; repetitions are found among crops of an image that follow each other.
    ///   - layers: the encoder's.
    func cropImages<Scalar: TensorScalar>(
        _ crops: [(image: Int, crop: Int)], scale: PixelScale, for layers: [ConvolutionDesign]
    ) -> CropImages<Scalar> {
        CropImages(
            pixels: cropTensor(crops, scale: scale),
            repeated: WindowField.ofLeading(layers, onCropsOf: geometry.cropSide).map { repeatedWindows(crops, $0) })
    }

    /// The distinct contents of sampled views.
    ///
    /// - Parameter images: the batch that the views' positions count in.
    func cropImages<Scalar: TensorScalar>(
        _ views: SampledViews, of images: [Int], scale: PixelScale, for layers: [ConvolutionDesign]
    ) -> CropImages<Scalar> {
        cropImages(views.distinct.map { (images[$0.position], $0.crop) }, scale: scale, for: layers)
    }

    /// Which windows of some crops see the same as others.
    ///
    /// Two do if they see the same pixels of the same digit, or none of any digit, and the same padding.
    func repeatedWindows(_ crops: [(image: Int, crop: Int)], _ field: WindowField) -> RepeatedWindows {
        let blocks = blocks(of: crops)
        return RepeatedWindows(blocks: blocks, windowsPerImage: field.count * field.count) { block, firsts in
            var search = WindowSearch(field, firsts)
            for (image, crop) in crops[blocks[block]] {
                let (top, left) = geometry.topLeft(ofCrop: crop)
                let (cellTop, cellLeft) = geometry.topLeft(ofCell: Int(cells[image]))
                search.visit(image, inkedColumns(of: image), row: top - cellTop, column: left - cellLeft)
            }
        }
    }

    /// Cuts the crops into ranges of at least ``leastCropsOfBlock``, never between two successive crops of one image.
    private func blocks(of crops: [(image: Int, crop: Int)]) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        var start = 0
        for index in crops.indices
        where index + 1 == crops.count
            || (index + 1 - start >= Self.leastCropsOfBlock && crops[index + 1].image != crops[index].image)
        {
            blocks.append(start..<index + 1)
            start = index + 1
        }
        return blocks
    }

    /// Few enough for the second-level cache, and enough to fill groups of tiles.
    private static var leastCropsOfBlock: Int { 12 }
}

/// Finds the windows of the crops of a block, one after the other, that see what an earlier one sees.
private struct WindowSearch {
    private let field: WindowField
    /// For each window the number of the first that is equal.
    private let firsts: UnsafeMutableBufferPointer<Int32>
    /// The number of the next window.
    private var next: Int32 = 0
    /// The image that is visited, and the number of its first window.
    private var image: Int?
    private var firstOfImage: Int32 = 0
    /// The first window of each kind that is known, or -1: blank ones by their edges, behind them the others by place and edges;
    /// of these, one of an earlier image has a number below ``firstOfImage``.
    private var known: [Int32]
    /// Kinds of blank windows.
    private let blankKinds: Int
    /// Places of a window that sees something of a digit, along one axis.
    private let places: Int
    private var rows: [Place]
    private var columns: [Place]

    /// A window along one axis of a crop.
    private struct Place {
        /// The rows, or columns, of the digit that it sees.
        var visible = 0..<0
        /// A bit for each of them.
        var bits: UInt32 = 0
        /// The part of its index into the table of known windows that comes from its edge, if the window is blank.
        let edge: Int
        /// The part that comes from its edge and its place, if it is not.
        var place = 0
    }

    /// - Parameter firsts: receives, for each window of the visited crops, the number of the first that is equal.
    init(_ field: WindowField, _ firsts: UnsafeMutableBufferPointer<Int32>) {
        (self.field, self.firsts) = (field, firsts)
        let edges = field.edges
        let kinds = (edges.max() ?? 0) + 1
        blankKinds = kinds * kinds
        places = DigitImages.side + field.span - 1
        known = Array(repeating: -1, count: blankKinds * (1 + places * places))
        rows = edges.map { Place(edge: $0 * kinds) }
        columns = edges.map { Place(edge: $0) }
    }

    /// Visits a crop.
    ///
    /// - Parameters:
    ///   - ink: the columns of the image's digit that are not 0, for each row.
    ///   - row: the crop's first row, seen from the digit's cell.
    ///   - column: its first column.
    mutating func visit(_ image: Int, _ ink: ArraySlice<UInt32>, row: Int, column: Int) {
        if image != self.image { (self.image, firstOfImage) = (image, next) }
        Self.move(&rows, to: row, field, place: places * blankKinds)
        Self.move(&columns, to: column, field, place: blankKinds)
        let (rows, columns, firsts, blankKinds, firstOfImage) = (rows, columns, firsts, blankKinds, firstOfImage)
        var next = next
        known.withUnsafeMutableBufferPointer { known in
            for row in rows {
                let inked = row.visible.reduce(0 as UInt32) { $0 | ink[ink.startIndex + $1] }
                for column in columns {
                    let isBlank = inked & column.bits == 0
                    let kind = isBlank ? row.edge + column.edge : blankKinds + row.place + column.place
                    let first = known[kind]
                    let number = first < (isBlank ? 0 : firstOfImage) ? next : first
                    known[kind] = number
                    firsts[Int(next)] = number
                    next += 1
                }
            }
        }
        self.next = next
    }

    /// Moves the windows along an axis to a crop that begins at some row, or column, of the digit's cell.
    private static func move(_ windows: inout [Place], to offset: Int, _ field: WindowField, place: Int) {
        for window in windows.indices {
            let start = field.start(of: window)
            let first = max(0, offset + max(0, start))
            let visible = first..<max(first, min(DigitImages.side, offset + min(field.side, start + field.span)))
            windows[window].visible = visible
            windows[window].bits = visible.isEmpty ? 0 : (1 << UInt32(visible.upperBound)) - (1 << UInt32(first))
            // Of windows that see nothing of the digit the place is not asked for.
            windows[window].place = windows[window].edge + (offset + start + field.span - 1) * place
        }
    }
}

import Diagnostics
import Foundation

/// The data behind one run's figures: plain numbers, so that a figure can be drawn again, or otherwise, without
/// the run.
public struct RunFigures: Codable, Equatable, Sendable {
    /// Figure 1: images as the networks see them.
    public var samples: [Sample]
    /// Figure 3: images with their trained P(T|x), about a dozen.
    public var augmentations: [Augmentation]
    /// Figure 6: two-dimensional representations with their classes; empty for a run of another dimension.
    public var plane: [PlanePoint]
    /// Figure 7: about 200 representations h(x), [image][dimension].
    public var representations: [[Float]]
    /// Figure 8: |⟨h(x), h(x′)⟩| for random pairs of test images, ascending, each in [0, 1].
    public var absoluteInnerProducts: [Float]
    /// What was recorded while training.
    public var curves: TrainingCurves

    /// Collects figure data; a part that was not made stays empty.
    public init(
        samples: [Sample] = [], augmentations: [Augmentation] = [], plane: [PlanePoint] = [],
        representations: [[Float]] = [], absoluteInnerProducts: [Float] = [],
        curves: TrainingCurves = TrainingCurves()
    ) {
        self.samples = samples
        self.augmentations = augmentations
        self.plane = plane
        self.representations = representations
        self.absoluteInnerProducts = absoluteInnerProducts
        self.curves = curves
    }

    /// An 8-bit greyscale image, row by row from the top left; 0 is black. `pixels` is base64 in the file.
    public struct Image: Codable, Equatable, Sendable {
        /// Number of columns.
        public let width: Int
        /// Number of rows.
        public let height: Int
        /// `width * height` bytes.
        public let pixels: Data

        /// The most rows, and columns, of an image.
        public static let largestSide = 65_535

        /// Wraps pixels. Precondition: `pixels.count == width * height`, both in 1...``largestSide``.
        public init(width: Int, height: Int, pixels: Data) {
            require(
                Image.isConsistent(width, height, pixels.count),
                "an image of \(width)×\(height) cannot have \(pixels.count) pixels")
            self.width = width
            self.height = height
            self.pixels = pixels
        }

        /// Reads an image.
        ///
        /// - Throws: `DecodingError.dataCorrupted` where the number of pixels does not fit the size.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            width = try container.decode(Int.self, forKey: .width)
            height = try container.decode(Int.self, forKey: .height)
            pixels = try container.decode(Data.self, forKey: .pixels)
            guard Image.isConsistent(width, height, pixels.count) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .pixels, in: container,
                    debugDescription: "an image of \(width)×\(height) with \(pixels.count) pixels")
            }
        }

        private static func isConsistent(_ width: Int, _ height: Int, _ count: Int) -> Bool {
            let sides = 1...largestSide
            return sides.contains(width) && sides.contains(height) && width * height == count
        }
    }

    /// One image of the data set.
    public struct Sample: Codable, Equatable, Sendable {
        /// The image that is cropped: 84×84 for the derived data, 28×28 for the original.
        public var canvas: Image
        /// The digit's class, 0…9.
        public var label: Int
        /// The cell 0…8, row by row, that holds the digit; `nil` for original images.
        public var cell: Int?

        /// Describes an image.
        public init(canvas: Image, label: Int, cell: Int?) {
            self.canvas = canvas
            self.label = label
            self.cell = cell
        }

        /// Those of the largest canvas, of 8 × 8.
        private static let cells = 0..<64

        /// Reads an image.
        ///
        /// - Throws: `DecodingError.dataCorrupted` where the cell is none of any canvas.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            canvas = try container.decode(Image.self, forKey: .canvas)
            label = try container.decode(Int.self, forKey: .label)
            cell = try container.decodeIfPresent(Int.self, forKey: .cell)
            if let cell, !Self.cells.contains(cell) {
                throw DecodingError.dataCorruptedError(
                    forKey: .cell, in: container, debugDescription: "cell \(cell), expected one of \(Self.cells)")
            }
        }
    }

    /// One image with its distribution over crops.
    public struct Augmentation: Codable, Equatable, Sendable {
        /// The image x.
        public var canvas: Image
        /// The digit's class, 0…9.
        public var label: Int
        /// P(T|x) by top-left corner, [row][column]: 17×17 for the derived data, 3×3 for the original. Sums to one.
        public var probabilities: [[Double]]
        /// The side of a crop in pixels of the canvas.
        public var cropSize: Int
        /// The distance between neighbouring crops in pixels of the canvas.
        public var stride: Int

        /// Describes an image and its P(T|x).
        public init(canvas: Image, label: Int, probabilities: [[Double]], cropSize: Int = 20, stride: Int = 4) {
            self.canvas = canvas
            self.label = label
            self.probabilities = probabilities
            self.cropSize = cropSize
            self.stride = stride
        }

        /// Reads an image and its P(T|x).
        ///
        /// - Throws: `DecodingError.dataCorrupted` where the probabilities are no rectangle, or where it, a crop or the
        ///   distance of crops is larger than any image.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            canvas = try container.decode(Image.self, forKey: .canvas)
            label = try container.decode(Int.self, forKey: .label)
            probabilities = try container.decode([[Double]].self, forKey: .probabilities)
            cropSize = try container.decode(Int.self, forKey: .cropSize)
            stride = try container.decode(Int.self, forKey: .stride)
            let columns = probabilities.first?.count ?? 0
            let sides = 1...Image.largestSide
            guard sides.contains(probabilities.count), sides.contains(columns),
                probabilities.allSatisfy({ $0.count == columns })
            else {
                throw DecodingError.dataCorruptedError(
                    forKey: .probabilities, in: container,
                    debugDescription:
                        "\(probabilities.count) rows of \(Set(probabilities.map(\.count)).sorted()) numbers")
            }
            guard sides.contains(cropSize), sides.contains(stride) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .stride, in: container, debugDescription: "crops of \(cropSize) pixels, \(stride) apart")
            }
        }
    }

    /// A two-dimensional representation with its class.
    public struct PlanePoint: Codable, Equatable, Sendable {
        /// First coordinate.
        public var x: Float
        /// Second coordinate.
        public var y: Float
        /// The digit's class, 0…9.
        public var label: Int

        /// Places a point.
        public init(x: Float, y: Float, label: Int) {
            self.x = x
            self.y = y
            self.label = label
        }
    }
}

/// What was recorded while training, against the number of steps done.
public struct TrainingCurves: Codable, Equatable, Sendable {
    /// One record of the training loop.
    public struct Point: Codable, Equatable, Sendable {
        /// Steps done.
        public var step: Int
        /// The objective of the h-phase, in nats.
        public var representationObjective: Double
        /// The objective of the P-phase, in nats, without the entropy bonus; `nil` where P(T|X) is not trained, or not yet.
        public var augmentationObjective: Double?
        /// The mean entropy of P(T|x) over the batch, in nats; `nil` for simCLR.
        public var entropy: Double?
        /// The share of sampled crops that are not blank, in [0, 1].
        public var nonBlankShare: Double?

        /// Records a step.
        public init(
            step: Int, representationObjective: Double, augmentationObjective: Double? = nil, entropy: Double? = nil,
            nonBlankShare: Double? = nil
        ) {
            self.step = step
            self.representationObjective = representationObjective
            self.augmentationObjective = augmentationObjective
            self.entropy = entropy
            self.nonBlankShare = nonBlankShare
        }
    }

    /// The training loop's records, by ascending step.
    public var points: [Point]

    /// Collects records.
    public init(points: [Point] = []) {
        self.points = points
    }
}

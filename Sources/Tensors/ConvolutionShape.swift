import Diagnostics

/// Everything about a two-dimensional convolution but its numbers.
///
/// Images are `[image, row, column, channel]`, filters `[filterRow, filterColumn, inputChannel, outputChannel]`, both
/// row-major: the filters are a matrix of ``depth`` rows and one column an output channel. As in all of machine
/// learning, "convolution" does not flip the filters.
public struct ConvolutionShape: Equatable, Sendable {
    /// Number of images.
    public let images: Int
    /// Rows of an input image.
    public let rows: Int
    /// Columns of an input image.
    public let columns: Int
    /// Channels of an input image.
    public let inputChannels: Int
    /// Rows of a filter.
    public let filterRows: Int
    /// Columns of a filter.
    public let filterColumns: Int
    /// Channels of an output image.
    public let outputChannels: Int
    /// Distance between neighbouring filter positions, in both directions; at least 1.
    public let stride: Int
    /// Zero rows and columns added on each side; at least 0.
    public let padding: Int

    /// Creates the shape of a convolution from the shapes of its operands.
    ///
    /// - Precondition: `input` is `[image, row, column, channel]`, `filters` is `[filterRow, filterColumn, inputChannel,
    ///   outputChannel]`, their channels agree, the filter fits into the padded image, stride ≥ 1, padding ≥ 0.
    public init(input: [Int], filters: [Int], stride: Int, padding: Int) {
        require(
            input.count == 4 && filters.count == 4 && input[3] == filters[2],
            "convolution of images \(input) with filters \(filters): expected [image, row, column, channel] and [filterRow, filterColumn, channel, outputChannel]"
        )
        require(stride >= 1 && padding >= 0, "convolution with stride \(stride) and padding \(padding)")
        require(
            filters[0] >= 1 && filters[1] >= 1 && filters[0] <= input[1] + 2 * padding
                && filters[1] <= input[2] + 2 * padding,
            "convolution of images \(input), padding \(padding), with filters \(filters): the filter does not fit")
        (images, rows, columns, inputChannels) = (input[0], input[1], input[2], input[3])
        (filterRows, filterColumns, outputChannels) = (filters[0], filters[1], filters[3])
        self.stride = stride
        self.padding = padding
    }

    /// Rows of an output image.
    public var outputRows: Int { (rows + 2 * padding - filterRows) / stride + 1 }
    /// Columns of an output image.
    public var outputColumns: Int { (columns + 2 * padding - filterColumns) / stride + 1 }
    /// Positions of the filter on one image.
    public var outputPixels: Int { outputRows * outputColumns }
    /// Numbers that one output sums over: filter rows × filter columns × input channels.
    public var depth: Int { filterRows * filterColumns * inputChannels }
    /// `[image, row, column, channel]` of the input.
    public var inputShape: [Int] { [images, rows, columns, inputChannels] }
    /// `[filterRow, filterColumn, inputChannel, outputChannel]`.
    public var filterShape: [Int] { [filterRows, filterColumns, inputChannels, outputChannels] }
    /// `[image, row, column, channel]` of the output.
    public var outputShape: [Int] { [images, outputRows, outputColumns, outputChannels] }
    /// Multiply-adds of the forward pass; each gradient takes as many.
    public var multiplyAdds: Int { images * outputPixels * depth * outputChannels }

    /// Scalars of one padded row; one filter row reads ``run`` consecutive ones of them.
    var paddedRow: Int { (columns + 2 * padding) * inputChannels }
    /// Scalars of one padded image.
    var paddedImage: Int { (rows + 2 * padding) * paddedRow }
    /// Consecutive scalars that one filter row covers.
    var run: Int { filterColumns * inputChannels }

    /// Where each of the filter's elements lies from the start of its window.
    var taps: [Int] { (0..<depth).map { $0 / run * paddedRow + $0 % run } }

    /// Where the filter's window starts, for each output pixel of `count` consecutive padded images.
    func windowOffsets(images count: Int) -> [Int] {
        var offsets: [Int] = []
        offsets.reserveCapacity(count * outputPixels)
        for image in 0..<count {
            for row in 0..<outputRows {
                for column in 0..<outputColumns {
                    offsets.append(
                        image * paddedImage + row * stride * paddedRow + column * stride * inputChannels)
                }
            }
        }
        return offsets
    }

    /// Copies consecutive images into the middle of zero-filled padded ones.
    @inline(__always)
    func pad<Scalar: TensorScalar>(
        _ source: UnsafePointer<Scalar>, images: Int, into target: UnsafeMutablePointer<Scalar>
    ) {
        let length = columns * inputChannels
        forEachRow(of: images) { inPadded, inImages in
            (target + inPadded).update(from: source + inImages, count: length)
        }
    }

    /// Calls `body` with the place of every row of so many images, in padded ones and in the images themselves.
    @inline(__always)
    func forEachRow(of images: Int, _ body: (_ inPadded: Int, _ inImages: Int) -> Void) {
        let length = columns * inputChannels
        for image in 0..<images {
            for row in 0..<rows {
                body(
                    image * paddedImage + (row + padding) * paddedRow + padding * inputChannels,
                    (image * rows + row) * length)
            }
        }
    }

    /// Copies the middle of padded images to where those images lie in the whole array.
    @inline(__always)
    func unpad<Scalar: TensorScalar>(
        _ padded: UnsafePointer<Scalar>, _ images: Range<Int>, into out: UnsafeMutablePointer<Scalar>
    ) {
        let length = columns * inputChannels
        let out = out + images.lowerBound * rows * length
        forEachRow(of: images.count) { inPadded, inImages in
            (out + inImages).update(from: padded + inPadded, count: length)
        }
    }
}

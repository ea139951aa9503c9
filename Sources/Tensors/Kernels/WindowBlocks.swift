// Which windows of a pooled convolution are computed, block by block of images.

/// The blocks of images that threads take one at a time, and the windows of each that are computed: all, or the first of each
/// kind where windows are known to repeat each other.
struct WindowBlocks {
    /// The most images of a block.
    let size: Int
    /// How many blocks there are.
    let count: Int
    private let shape: ConvolutionShape
    private let windows: PoolingWindows
    private let repeated: RepeatedWindows?
    /// The numbers of a block's windows, where all are computed.
    private let all: [Int32]

    /// - Parameters:
    ///   - repeated: which windows repeat which, if that is known.
    ///   - size: images of a block, where it is not.
    init(_ shape: ConvolutionShape, _ windows: PoolingWindows, _ repeated: RepeatedWindows?, size: Int) {
        (self.shape, self.windows, self.repeated) = (shape, windows, repeated)
        if let repeated {
            self.size = repeated.blocks.map(\.images.count).max() ?? 0
            count = repeated.blocks.count
            all = []
        } else {
            self.size = size
            count = (shape.images + size - 1) / size
            all = (0..<Int32(size * windows.count)).map { $0 }
        }
    }

    /// One block.
    struct Block {
        /// Its images.
        let images: Range<Int>
        /// The windows to compute, numbered from the block's first image on, ascending.
        let computed: UnsafeBufferPointer<Int32>
        /// For each window the first of its kind, which is computed; empty where all are.
        fileprivate let firsts: UnsafeBufferPointer<Int32>
    }

    /// Calls `body` with a block.
    @inline(__always)
    func withBlock(_ number: Int, _ body: (Block) -> Void) {
        if let repeated {
            let block = repeated.blocks[number]
            block.firsts.withUnsafeBufferPointer { computed in
                repeated.firsts.withUnsafeBufferPointer { firsts in
                    let windows =
                        block.images.lowerBound * windows.count..<block.images.upperBound * windows.count
                    body(
                        Block(
                            images: block.images, computed: computed,
                            firsts: UnsafeBufferPointer(rebasing: firsts[windows])))
                }
            }
        } else {
            let images = number * size..<min(shape.images, (number + 1) * size)
            all.withUnsafeBufferPointer { all in
                body(
                    Block(
                        images: images,
                        computed: UnsafeBufferPointer(rebasing: all.prefix(images.count * windows.count)),
                        firsts: UnsafeBufferPointer(rebasing: all.prefix(0))))
            }
        }
    }
}

extension WindowBlocks.Block {
    /// Copies the rows of computed windows to those that repeat them.
    ///
    /// - Parameter rows: [window, channel], from the block's first image on.
    @inline(__always)
    func copyRepeated<Element: BitwiseCopyable>(_ rows: UnsafeMutablePointer<Element>, channels: Int) {
        let length = channels * MemoryLayout<Element>.stride
        let rows = UnsafeMutableRawPointer(rows)
        for (window, first) in firsts.enumerated() where Int(first) != window {
            copyRow(rows + Int(first) * length, to: rows + window * length, length)
        }
    }

    /// Adds up the rows of windows of the same kind in the row of the first; the others' are left as they are.
    ///
    /// - Parameters:
    ///   - source: [window, channel], from the block's first image on.
    ///   - target: the same.
    @inline(__always)
    func addRepeated<Scalar: TensorScalar>(
        _ source: UnsafePointer<Scalar>, to target: UnsafeMutablePointer<Scalar>, channels: Int
    ) {
        typealias Vector = Scalar.Vector64
        var channel = 0
        while channel + Vector.scalarCount <= channels {
            addRepeated(
                { Vector(loading: source + ($0 * channels + channel)) },
                { Vector(loading: target + ($0 * channels + channel)) },
                { $0.store(target + ($1 * channels + channel)) }, +)
            channel += Vector.scalarCount
        }
        while channel < channels {
            addRepeated(
                { source[$0 * channels + channel] }, { target[$0 * channels + channel] },
                { target[$1 * channels + channel] = $0 }, +)
            channel += 1
        }
    }

    /// The same for some channels. Windows of a kind often follow each other, and their sum stays in a register meanwhile: it would
    /// be waited for each time in memory.
    @inline(__always)
    private func addRepeated<Sum>(
        _ source: (Int) -> Sum, _ known: (Int) -> Sum, _ write: (Sum, Int) -> Void, _ add: (Sum, Sum) -> Sum
    ) {
        guard !firsts.isEmpty else { return }
        var (kind, sum) = (0, source(0))
        for window in 1..<firsts.count {
            let first = Int(firsts[window])
            if first == kind {
                sum = add(sum, source(window))
            } else {
                write(sum, kind)
                sum = first == window ? source(window) : add(known(first), source(window))
                kind = first
            }
        }
        write(sum, kind)
    }
}

/// Copies a few vectors: a call would take longer.
@inline(__always)
private func copyRow(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, _ length: Int) {
    typealias Vector = SIMD4<UInt64>
    let size = MemoryLayout<Vector>.size
    var i = 0
    while i &+ size <= length {
        target.storeBytes(
            of: source.loadUnaligned(fromByteOffset: i, as: Vector.self), toByteOffset: i, as: Vector.self)
        i &+= size
    }
    while i < length {
        target.storeBytes(of: source.load(fromByteOffset: i, as: UInt8.self), toByteOffset: i, as: UInt8.self)
        i &+= 1
    }
}

import Diagnostics

/// Which pooling windows of a ``PooledConvolution`` see the same numbers as an earlier one, and so need not be computed.
///
/// Who makes the images knows it: overlapping crops of an image share windows, and all blank ones are alike. The images are
/// cut into blocks, and a window repeats one of its own block, so that threads at work on different blocks need nothing
/// of each other.
public struct RepeatedWindows: Sendable {
    /// Consecutive images, and which of their windows have to be computed.
    struct Block: Sendable {
        /// The images.
        let images: Range<Int>
        /// The windows that are the first of their kind, in ascending order, `image * windowsPerImage + window` counted from
        /// the block's first image.
        let firsts: [Int32]
    }

    /// All images, block after block.
    let blocks: [Block]
    /// Windows of one image.
    public let windowsPerImage: Int
    /// For each window of all images the number of the first of its kind in its block, counted from the block's first
    /// image; the window's own where it is the first.
    let firsts: [Int32]

    /// The number of images.
    public var imageCount: Int { blocks.last?.images.upperBound ?? 0 }
    /// The number of windows that have to be computed.
    var firstCount: Int { blocks.reduce(0) { $0 + $1.firsts.count } }

    /// Collects what is known of each block.
    ///
    /// - Parameters:
    ///   - blocks: consecutive ranges of images, from 0 on.
    ///   - windowsPerImage: windows of one image, row by row.
    ///   - fill: called once for each block, at the same time for several: writes, for each window of its images, the number of
    ///     the first window of the same kind, counted from the block's first image.
    /// - Precondition: a window's first is not behind it, and is its own first.
    public init(
        blocks: [Range<Int>], windowsPerImage: Int,
        fill: (_ block: Int, _ firsts: UnsafeMutableBufferPointer<Int32>) -> Void
    ) {
        var end = 0
        for block in blocks {
            require(block.lowerBound == end, "repeated windows of images \(block) after those of the first \(end)")
            end = block.upperBound
        }
        let count = end * windowsPerImage
        var lists = [[Int32]](repeating: [], count: blocks.count)
        firsts = [Int32](unsafeUninitializedCapacity: count) { all, initialized in
            initialized = count
            let all = all
            lists.withUnsafeMutableBufferPointer { lists in
                let lists = lists
                Parallel.forEach(blocks.count) { block in
                    let windows =
                        blocks[block].lowerBound * windowsPerImage..<blocks[block].upperBound * windowsPerImage
                    let some = UnsafeMutableBufferPointer(rebasing: all[windows])
                    fill(block, some)
                    lists[block] = Self.firsts(some)
                }
            }
        }
        self.blocks = zip(blocks, lists).map { Block(images: $0, firsts: $1) }
        self.windowsPerImage = windowsPerImage
    }

    /// The windows that are their own first.
    private static func firsts(_ windows: UnsafeMutableBufferPointer<Int32>) -> [Int32] {
        let windowCount = windows.count
        return [Int32](unsafeUninitializedCapacity: windowCount) { list, count in
            guard let windows = windows.baseAddress, let list = list.baseAddress else { return }
            for window in 0..<Int32(windowCount) {
                let first = windows[Int(window)]
                // Written always, kept if it is one of the list: no branch to mispredict.
                list[count] = window
                count &+= first == window ? 1 : 0
                require(
                    first >= 0 && first <= window && windows[Int(first)] == first,
                    "window \(window) of a block repeats window \(first), which is not the first of its kind")
            }
        }
    }
}

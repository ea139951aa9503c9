/// Copies `count` rows of A, or columns of B, into slivers of `tile`, each in the order in which a tile of C reads it:
/// [sliver, k, tile]. What is missing in the last sliver is zero.
///
/// - Parameters:
///   - across: distance of neighbouring rows (columns) in memory.
///   - along: distance of neighbouring k in memory.
@inline(__always)
func pack<Scalar: TensorScalar>(
    _ source: UnsafePointer<Scalar>, across: Int, along: Int, _ count: Int, _ depth: Int, _ tile: Int,
    into target: UnsafeMutablePointer<Scalar>
) {
    let whole = count / tile
    // With the size known to the compiler a step of a sliver is a handful of vector moves.
    switch tile {
    case 4: packWhole(Sliver<4>.self, source, across: across, along: along, whole, depth, target)
    case 6: packWhole(Sliver<6>.self, source, across: across, along: along, whole, depth, target)
    case 8: packWhole(Sliver<8>.self, source, across: across, along: along, whole, depth, target)
    case 12: packWhole(Sliver<12>.self, source, across: across, along: along, whole, depth, target)
    case 16: packWhole(Sliver<16>.self, source, across: across, along: along, whole, depth, target)
    default: packWhole(Sliver<32>.self, source, across: across, along: along, whole, depth, target)
    }
    let rest = count - whole * tile
    guard rest > 0 else { return }
    for k in 0..<depth {
        let from = source + whole * tile * across + k * along
        let to = target + (whole * depth + k) * tile
        for i in 0..<rest { to[i] = from[i * across] }
        for i in rest..<tile { to[i] = 0 }
    }
}

/// How many rows of A, or columns of B, a tile takes.
private enum Sliver<let size: Int> {}

@inline(__always)
private func packWhole<Scalar: TensorScalar, let size: Int>(
    _ sliver: Sliver<size>.Type, _ source: UnsafePointer<Scalar>, across: Int, along: Int, _ slivers: Int, _ depth: Int,
    _ target: UnsafeMutablePointer<Scalar>
) {
    if across == 1 {
        // A few slivers side by side, so that what is read lies together.
        for first in Swift.stride(from: 0, to: slivers, by: 4) {
            for k in 0..<depth {
                var from = source + (k * along + first * size)
                var to = target + (first * depth + k) * size
                for _ in first..<min(slivers, first + 4) {
                    UnsafeMutableRawPointer(to).copyMemory(from: from, byteCount: size * MemoryLayout<Scalar>.stride)
                    from += size
                    to += depth * size
                }
            }
        }
    } else {
        for sliver in 0..<slivers {
            let from = source + sliver * size * across
            let to = target + sliver * depth * size
            let lanes = Scalar.Vector32.scalarCount
            var k = 0
            if along == 1 {
                while k + lanes <= depth {
                    var first = from + k
                    for row in 0..<size / 2 {
                        storePairs(first, first + across, to + (k * size + 2 * row), size)
                        first += 2 * across
                    }
                    k += lanes
                }
            }
            while k < depth {
                for i in 0..<size { to[k * size + i] = from[i * across + k * along] }
                k += 1
            }
        }
    }
}

/// Writes the pairs (first[k], second[k]) of one vector each, `stride` scalars apart.
@inline(__always)
private func storePairs<Scalar: TensorScalar>(
    _ first: UnsafePointer<Scalar>, _ second: UnsafePointer<Scalar>, _ target: UnsafeMutablePointer<Scalar>,
    _ stride: Int
) {
    let pairs = Scalar.interleaved(
        Scalar.Vector32(loading: first),
        Scalar.Vector32(loading: second))
    withUnsafeBytes(of: pairs) { pairs in
        for k in 0..<Scalar.Vector32.scalarCount {
            let pair = pairs.loadUnaligned(fromByteOffset: 2 * k * MemoryLayout<Scalar>.stride, as: SIMD2<Scalar>.self)
            UnsafeMutableRawPointer(target + k * stride).storeBytes(of: pair, as: SIMD2<Scalar>.self)
        }
    }
}

extension Tensor {
    /// Independent elements, uniform on [0, 1).
    public static func uniform(_ shape: [Int], using generator: inout some RandomNumberGenerator) -> Tensor {
        Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { _ in Scalar.unitInterval(generator.next()) })
    }

    /// Independent standard normal elements, by the Box–Muller transform in Double.
    public static func normal(_ shape: [Int], using generator: inout some RandomNumberGenerator) -> Tensor {
        let count = shape.reduce(1, *)
        let variates = [Double](unsafeUninitializedCapacity: count) { buffer, filled in
            generator.fillWithNormals(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            filled = count
        }
        return Tensor(shape: shape, scalars: variates.map { Scalar($0) })
    }
}

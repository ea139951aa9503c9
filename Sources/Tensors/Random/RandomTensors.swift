extension Tensor {
    /// Independent elements, uniform on [0, 1).
    public static func uniform(_ shape: [Int], using generator: inout some RandomNumberGenerator) -> Tensor {
        Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { _ in Scalar.unitInterval(generator.next()) })
    }

    /// Independent standard normal elements, by the Box–Muller transform in Double.
    public static func normal(_ shape: [Int], using generator: inout some RandomNumberGenerator) -> Tensor {
        let count = shape.reduce(1, *)
        var scalars: [Scalar] = []
        scalars.reserveCapacity(count + 1)
        while scalars.count < count {
            // 1 − u lies in (0, 1], where the logarithm is finite.
            let radius = (-2 * Double.log(1 - generator.unitInterval())).squareRoot()
            let angle = 2 * Double.pi * generator.unitInterval()
            scalars.append(Scalar(radius * Double.cos(angle)))
            scalars.append(Scalar(radius * Double.sin(angle)))
        }
        scalars.removeLast(scalars.count - count)
        return Tensor(shape: shape, scalars: scalars)
    }
}

import Diagnostics

/// A recipe for random values that shrink by themselves.
///
/// ```swift
/// let pair = Generator { source in
///     let count = Generator<Int>.integer(in: 1...5).value(from: &source)
///     return Generator<Double>.real(in: -1...1).array(count: count).value(from: &source)
/// }
/// ```
public struct Generator<Value> {
    private let generate: (inout ChoiceSource) -> Value

    /// A generator that makes its value from the decisions of a source.
    public init(_ generate: @escaping (inout ChoiceSource) -> Value) {
        self.generate = generate
    }

    /// The value that the source's next decisions stand for.
    public func value(from source: inout ChoiceSource) -> Value {
        generate(&source)
    }

    /// Always `value`.
    public static func constant(_ value: Value) -> Generator {
        Generator { _ in value }
    }

    /// One of `values`, uniformly; shrinks to the first.
    ///
    /// - Precondition: `values` is not empty.
    public static func element(of values: [Value]) -> Generator {
        require(!values.isEmpty, "expected at least one value to choose from")
        return Generator { source in values[Int(source.choose(upTo: UInt64(values.count - 1)))] }
    }

    /// The value of one of `generators`, each with a whole-number weight; shrinks to the first.
    public static func oneOf(_ generators: [(weight: Int, generator: Generator)]) -> Generator {
        Generator { source in
            generators[source.choose(weights: generators.map(\.weight))].generator.value(from: &source)
        }
    }

    /// `transform` of this generator's values.
    public func map<Other>(_ transform: @escaping (Value) -> Other) -> Generator<Other> {
        Generator<Other> { source in transform(generate(&source)) }
    }

    /// The values of a generator that depends on a value of this one.
    public func flatMap<Other>(_ transform: @escaping (Value) -> Generator<Other>) -> Generator<Other> {
        Generator<Other> { source in transform(generate(&source)).value(from: &source) }
    }

    /// Pairs of values.
    public func paired<Other>(with other: Generator<Other>) -> Generator<(Value, Other)> {
        Generator<(Value, Other)> { source in (generate(&source), other.value(from: &source)) }
    }

    /// Arrays of `count` values.
    public func array(count: Int) -> Generator<[Value]> {
        Generator<[Value]> { source in (0..<count).map { _ in generate(&source) } }
    }

    /// Arrays whose number of values lies in `counts`; they shrink to fewer values.
    public func array(count counts: ClosedRange<Int>) -> Generator<[Value]> {
        Generator<[Value]> { source in
            let count = Generator<Int>.integer(in: counts).value(from: &source)
            return (0..<count).map { _ in generate(&source) }
        }
    }
}

/// Measured speeds of one machine and build.
public struct BenchmarkReport: Codable, Equatable, Sendable {
    /// One measured piece of work.
    public struct Entry: Codable, Equatable, Sendable {
        /// The group that it belongs to.
        public let section: BenchmarkSection
        /// What was timed; unique together with ``threads``.
        public let name: String
        /// Threads that worked on it.
        public let threads: Int
        /// Products and convolutions: the least time of the repetitions, because other load only ever adds; else their median.
        public let milliseconds: Double
        /// 10⁹ floating-point operations a second, of those that the definition takes; `nil` where they are not counted.
        public var gigaflops: Double?
        /// ``gigaflops`` as a share of the peak of so many threads and this scalar, which was measured in turn with it,
        /// in percent. More than 100 where fewer operations than the definition's do.
        public var percentOfPeak: Double?
        /// Floating-point operations for each byte of operands and results, each counted once: below the ratio of peak
        /// and memory bandwidth the memory bounds the speed; `nil` where operations are not counted.
        public var operationsPerByte: Double?
        /// 10⁹ bytes read and written a second; `nil` but for the memory bandwidth.
        public var gigabytesPerSecond: Double?
        /// Images worked on in a second; `nil` where the work is not counted in images.
        public var imagesPerSecond: Double?
        /// Pages of memory that a repetition took from the system, the median: 0 once buffers are used again.
        public var freshPages: Int?
        /// The most memory, in 10⁶ bytes, that the program had held by the end of it; `nil` but for classifiers. It is this
        /// work's alone only if nothing larger ran before.
        public var peakMegabytes: Double?
        /// The loss that was reached, in nats; `nil` but for classifiers.
        public var loss: Double?
    }

    /// Whether the build uses the machine's fused multiply-add.
    public let hasFusedMultiplyAdd: Bool
    /// Bytes in a vector register that the build uses.
    public let vectorBytes: Int
    /// Which data the training steps ran on.
    public let data: String
    /// The measurements in the order in which they were made.
    public internal(set) var entries: [Entry] = []

    /// How many times as fast so many threads are as one; `nil` for one thread, and where one was not measured.
    public func speedUp(_ entry: Entry) -> Double? {
        guard entry.threads > 1, let alone = self.entry(entry.name, threads: 1) else { return nil }
        return alone.milliseconds / entry.milliseconds
    }

    /// The entry of this name and number of threads, if there is one.
    public func entry(_ name: String, threads: Int) -> Entry? {
        entries.first { $0.name == name && $0.threads == threads }
    }
}

/// A group of measurements.
public enum BenchmarkSection: String, Codable, CaseIterable, Sendable {
    /// The machine's peak, matrix products, and the elementwise kernels.
    case kernels
    /// Each layer of the networks, forward and gradients.
    case layers
    /// The phases of a training step.
    case step
    /// The features of images under a trained P(T|X).
    case evaluation
    /// Linear classifiers on dense features and on raw pixels.
    case classifier
}

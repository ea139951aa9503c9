import Foundation

/// The processors and the memory that this process may use, which can be less than the machine has.
public struct ResourceLimits: Equatable, Sendable {
    /// What sets the limit to the memory.
    public enum MemoryLimit: Equatable, Sendable {
        /// The machine has no more.
        case machine
        /// A control group allows no more, as of a container or a batch system.
        case controlGroup
        /// The shell or the service manager set a limit of the process (`ulimit -v`, `ulimit -d`).
        case process
    }

    /// Seconds of processor time that a second brings, above 0: the processors that the process may run on, or the quota
    /// of its control group, which need not be a whole number.
    public let processors: Double
    /// Bytes of memory.
    public let memory: UInt64
    /// What sets the limit to the memory.
    public let memoryLimit: MemoryLimit

    /// Limits that are known.
    public init(processors: Double, memory: UInt64, memoryLimit: MemoryLimit = .machine) {
        require(processors > 0, "\(processors) processors")
        self.processors = processors
        self.memory = memory
        self.memoryLimit = memoryLimit
    }

    /// How many threads can make use of the processors: their number, rounded up.
    public var threads: Int { Int(processors.rounded(.up)) }

    /// The limits of this process as they are now.
    ///
    /// On Linux: affinity, the quotas of control groups of both versions, and the limits of the process. Elsewhere the
    /// active processors and the limits of the process.
    public static func current() -> ResourceLimits {
        ResourceLimits(
            activeProcessors: ProcessInfo.processInfo.activeProcessorCount,
            physicalMemory: ProcessInfo.processInfo.physicalMemory, ofProcess: processLimit()
        ) { path in
            (try? InputFile.contents(of: URL(fileURLWithPath: path), expecting: "a kernel's file", advice: "none"))
                .map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The limits of a process on a machine of which everything is given.
    ///
    /// - Parameters:
    ///   - activeProcessors: what the machine has.
    ///   - physicalMemory: what the machine has, in bytes.
    ///   - ofProcess: the limit of the process itself, in bytes.
    ///   - read: the content of the file at an absolute path, `nil` where there is none.
    init(activeProcessors: Int, physicalMemory: UInt64, ofProcess: UInt64?, read: (_ path: String) -> String?) {
        let groups = ControlGroups(read: read)
        var (memory, limit) = (physicalMemory, MemoryLimit.machine)
        for case (let bytes?, let kind) in [(groups.memory, .controlGroup), (ofProcess, MemoryLimit.process)]
        where bytes < memory {
            (memory, limit) = (bytes, kind)
        }
        let count = Double(max(1, Self.affinity(read: read) ?? activeProcessors))
        self.init(processors: min(count, groups.processors ?? count), memory: memory, memoryLimit: limit)
    }

    /// The number of processors in use that the process may run on; `nil` where the system does not say.
    private static func affinity(read: (_ path: String) -> String?) -> Int? {
        let key = "Cpus_allowed_list:"
        guard let line = (read("/proc/self/status") ?? "").split(separator: "\n").first(where: { $0.hasPrefix(key) }),
            let allowed = processors(line.dropFirst(key.count))
        else { return nil }
        let online = read("/sys/devices/system/cpu/online").flatMap { processors($0[...]) }
        let count = allowed.intersection(online ?? allowed).count
        return count > 0 ? count : nil
    }

    /// The numbers in a list such as "0-3,8"; `nil` for another form.
    private static func processors(_ list: Substring) -> Set<Int>? {
        var numbers: Set<Int> = []
        for range in list.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ",") {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            // Far more than any kernel is built for.
            guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first <= last, last < 1 << 20
            else { return nil }
            numbers.formUnion(first...last)
        }
        return numbers
    }

    /// The smaller of the limits to the address space and to the data of this process; `nil` where the system
    /// does not say.
    private static func processLimit() -> UInt64? {
        #if canImport(Glibc)
            let resources = [RLIMIT_AS, RLIMIT_DATA].map { __rlimit_resource_t($0.rawValue) }
        #else
            let resources = [RLIMIT_AS, RLIMIT_DATA]
        #endif
        return resources.compactMap { resource in
            var limit = rlimit()
            // No limit is a number beyond any memory.
            return getrlimit(resource, &limit) == 0 ? UInt64(limit.rlim_cur) : nil
        }.min()
    }
}

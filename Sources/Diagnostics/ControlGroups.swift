import Foundation

/// What Linux's control groups allow a process: containers, batch systems and service managers set these limits, and
/// neither the number of processors nor the size of the memory tells of them.
///
/// Both versions of the interface are read, and both at once where a system mounts both. A limit of a group holds for
/// the groups within it, so the process's own group and every one around it that can be seen are asked. What cannot be
/// read, or has another form than the kernel's documentation says, limits nothing.
struct ControlGroups {
    /// Seconds of processor time a second; `nil` where there is no limit.
    let processors: Double?
    /// Bytes of memory; `nil` where there is no limit.
    ///
    /// `memory.high` is not counted: beyond it a process is slowed down, and goes on.
    let memory: UInt64?

    /// The limits that the files of a system state.
    ///
    /// - Parameter read: the content of the file at an absolute path, `nil` where there is none.
    init(read: (_ path: String) -> String?) {
        let groups = Self.groups(read("/proc/self/cgroup") ?? "")
        let mounts = (read("/proc/self/mountinfo") ?? "").split(separator: "\n").compactMap { Mount(line: $0) }
        var processors: [Double?] = []
        var memory: [UInt64?] = []
        for mount in mounts {
            for (distance, folder) in mount.folders(of: groups).enumerated() {
                if mount.isUnified {
                    processors.append(Self.quota(read("\(folder)/cpu.max")))
                    memory.append(Self.number(read("\(folder)/memory.max")))
                    continue
                }
                if mount.controllers.contains("cpu") {
                    let parts = ["quota", "period"].map { read("\(folder)/cpu.cfs_\($0)_us") ?? "" }
                    processors.append(Self.quota(parts.joined(separator: " ")))
                }
                // A group of version 1 can be told to count what its own processes take, and no more.
                if mount.controllers.contains("memory"),
                    distance == 0 || Self.number(read("\(folder)/memory.use_hierarchy")) != 0
                {
                    memory.append(Self.number(read("\(folder)/memory.limit_in_bytes")))
                }
            }
        }
        self.processors = processors.compactMap { $0 }.min()
        self.memory = memory.compactMap { $0 }.min()
    }

    /// The path of the process's group by controller, from `/proc/self/cgroup`; version 2 has the controller "".
    private static func groups(_ text: String) -> [String: String] {
        var groups: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            for controller in fields[1].split(separator: ",", omittingEmptySubsequences: false) {
                groups[String(controller)] = String(fields[2])
            }
        }
        return groups
    }

    /// Quota divided by period, from "50000 100000"; `nil` for "max 100000" and −1, which mean no limit.
    private static func quota(_ text: String?) -> Double? {
        let numbers = (text ?? "").split(whereSeparator: \.isWhitespace).map { UInt64($0) }
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else {
            return nil
        }
        return Double(quota) / Double(period)
    }

    /// A number of bytes; `nil` for "max".
    private static func number(_ text: String?) -> UInt64? {
        text.flatMap { UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
}

/// A mounted hierarchy of control groups, from a line of `/proc/self/mountinfo`.
private struct Mount {
    /// The group that is seen at the mount point: in a container often not the topmost.
    let root: String
    /// Where it is mounted.
    let point: String
    /// Whether it is of version 2, which has one hierarchy for all controllers.
    let isUnified: Bool
    /// The controllers of a hierarchy of version 1; [""] for version 2.
    let controllers: [String]

    /// The mount that a line describes; `nil` if of another file system.
    ///
    ///     36 35 98:0 /group /mount/point rw,noatime master:1 - cgroup cgroup rw,cpu,cpuacct
    init?(line: Substring) {
        let fields = line.split(separator: " ")
        // Any number of optional fields stands before the hyphen.
        guard fields.count > 6, let hyphen = fields.dropFirst(6).firstIndex(of: "-"), hyphen + 3 < fields.count else {
            return nil
        }
        switch fields[hyphen + 1] {
        case "cgroup2": (isUnified, controllers) = (true, [""])
        case "cgroup": (isUnified, controllers) = (false, fields[hyphen + 3].split(separator: ",").map(String.init))
        default: return nil
        }
        root = Self.unescaped(fields[3])
        point = Self.unescaped(fields[4])
    }

    /// The folders of the process's own group and of those around it, from the inside out; none where the mount does not
    /// show the process's group.
    func folders(of groups: [String: String]) -> [String] {
        guard let group = controllers.lazy.compactMap({ groups[$0] }).first else { return [] }
        let (top, path) = (Self.components(root), Self.components(group))
        guard path.starts(with: top), !path.contains("..") else { return [] }
        let inside = path.dropFirst(top.count)
        return (0...inside.count).map { removed in
            ([point == "/" ? "" : point[...]] + inside.dropLast(removed)).joined(separator: "/")
        }
    }

    private static func components(_ path: String) -> [Substring] { path.split(separator: "/") }

    /// A path without the kernel's octal escapes: spaces are written \040.
    private static func unescaped(_ path: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(path.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

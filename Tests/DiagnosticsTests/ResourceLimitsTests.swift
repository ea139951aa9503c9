import Foundation
import Testing

@testable import Diagnostics

/// Systems as their files describe them; numbers and forms as in the kernel's documentation and on real machines.
@Suite("Limits of processors and memory")
struct ResourceLimitsTests {
    private typealias Files = [String: String]

    private func groups(_ files: [String: String]) -> ControlGroups { ControlGroups { files[$0] } }

    private func limits(
        processors: Int = 64, memory: UInt64 = 256 << 30, ofProcess: UInt64? = nil, _ files: [String: String]
    ) -> ResourceLimits {
        ResourceLimits(activeProcessors: processors, physicalMemory: memory, ofProcess: ofProcess) { files[$0] }
    }

    // MARK: Version 2

    private static let unifiedMount = """
        24 30 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
        35 24 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate
        30 1 252:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw

        """

    /// A user's session in a slice with a quota, within a slice with a limit to the memory.
    private static let session = [
        "/proc/self/cgroup": "0::/user.slice/user-1000.slice/session-2.scope\n",
        "/proc/self/mountinfo": unifiedMount,
        "/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope/cpu.max": "max 100000\n",
        "/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope/memory.max": "max\n",
        "/sys/fs/cgroup/user.slice/user-1000.slice/cpu.max": "250000 100000\n",
        "/sys/fs/cgroup/user.slice/user-1000.slice/memory.max": "8589934592\n",
        "/sys/fs/cgroup/user.slice/cpu.max": "max 100000\n",
        "/sys/fs/cgroup/user.slice/memory.max": "4294967296\n",
    ]

    @Test("version 2: the smallest limit of the group and of those around it")
    func unifiedHierarchy() {
        let found = groups(Self.session)
        #expect(found.processors == 2.5)
        #expect(found.memory == 4 << 30)
        let limits = limits(Self.session)
        #expect(limits.threads == 3)
        #expect(limits == ResourceLimits(processors: 2.5, memory: 4 << 30, memoryLimit: .controlGroup))
    }

    @Test("version 2: the group's own limit, where it is the smallest")
    func ownGroup() {
        var files = Self.session
        let own = "/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope"
        files["\(own)/cpu.max"] = "50000 100000\n"
        files["\(own)/memory.max"] = "536870912\n"
        #expect(groups(files).processors == 0.5)
        #expect(groups(files).memory == 512 << 20)
        #expect(limits(files).threads == 1)
    }

    /// A container sees its own group as the root.
    @Test("version 2 in a namespace of its own")
    func namespace() {
        let files = [
            "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": Self.unifiedMount,
            "/sys/fs/cgroup/cpu.max": "150000 100000\n", "/sys/fs/cgroup/memory.max": "2147483648\n",
            // Slows down what takes more, and is no limit.
            "/sys/fs/cgroup/memory.high": "1073741824\n",
        ]
        #expect(groups(files).processors == 1.5)
        #expect(groups(files).memory == 2 << 30)
    }

    // MARK: Version 1

    /// What a container of version 1 sees: the host's paths, of which its mounts show the end.
    private static let container = [
        "/proc/self/cgroup": """
        12:memory:/docker/3f1c
        11:cpu,cpuacct:/docker/3f1c
        4:cpuset:/docker/3f1c
        1:name=systemd:/docker/3f1c
        0::/

        """,
        "/proc/self/mountinfo": """
        700 690 0:60 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a:/b
        720 719 0:33 /docker/3f1c /sys/fs/cgroup/cpu,cpuacct ro,nosuid master:15 - cgroup cgroup rw,cpu,cpuacct
        731 719 0:40 /docker/3f1c /sys/fs/cgroup/memory ro,nosuid master:19 shared:3 - cgroup cgroup rw,memory

        """,
        "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "120000\n",
        "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "50000\n",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes": "1073741824\n",
    ]

    @Test("version 1 in a container")
    func containerOfVersion1() {
        let found = groups(Self.container)
        #expect(found.processors == 2.4)
        #expect(found.memory == 1 << 30)
    }

    @Test("version 1: nested groups, and one that does not count for those within it")
    func nestedGroupsOfVersion1() {
        var files = [
            "/proc/self/cgroup": "4:memory:/batch/job\n1:cpu:/batch/job\n",
            "/proc/self/mountinfo": """
            32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            """,
            "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/cpu/batch/cpu.cfs_quota_us": "300000\n",
            "/sys/fs/cgroup/cpu/batch/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/cpu/batch/job/cpu.cfs_quota_us": "-1\n",
            "/sys/fs/cgroup/cpu/batch/job/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "/sys/fs/cgroup/memory/batch/memory.limit_in_bytes": "2147483648\n",
            "/sys/fs/cgroup/memory/batch/memory.use_hierarchy": "1\n",
            "/sys/fs/cgroup/memory/batch/job/memory.limit_in_bytes": "3221225472\n",
            "/sys/fs/cgroup/memory/batch/job/memory.use_hierarchy": "0\n",
        ]
        #expect(groups(files).processors == 3)
        #expect(groups(files).memory == 2 << 30)
        files["/sys/fs/cgroup/memory/batch/memory.use_hierarchy"] = "0\n"
        #expect(groups(files).memory == 3 << 30)
    }

    @Test("both versions at once: each controller where it is mounted")
    func hybrid() {
        var files = Self.container
        files["/proc/self/cgroup"] = (files["/proc/self/cgroup"] ?? "").replacing("0::/", with: "0::/docker/3f1c")
        files["/proc/self/mountinfo"]?.append(
            "740 719 0:41 /docker/3f1c /sys/fs/cgroup/unified ro - cgroup2 cgroup2 rw\n")
        files["/sys/fs/cgroup/unified/memory.max"] = "536870912\n"
        #expect(groups(files).memory == 512 << 20)
        #expect(groups(files).processors == 2.4)
    }

    // MARK: What limits nothing

    @Test("no limit, no files, another form")
    func nothing() {
        var free = Self.session
        for (path, content) in free where content.first?.isNumber == true && path.hasPrefix("/sys") {
            free[path] = path.hasSuffix("cpu.max") ? "max 100000\n" : "max\n"
        }
        for files in [[:], free] {
            #expect(groups(files).processors == nil && groups(files).memory == nil)
            #expect(limits(files) == ResourceLimits(processors: 64, memory: 256 << 30))
        }
    }

    @Test(
        "garbage is no limit",
        arguments: [
            "", "\n", "max", "100000", "-5 100000", "0 100000", "100000 0", "1e5 100000", "a b", "1 2 3",
            "99999999999999999999 100000", "\u{0}\u{1}", "100000 -100000",
        ])
    func garbage(content: String) {
        let files = [
            "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": Self.unifiedMount,
            "/sys/fs/cgroup/cpu.max": content,
        ]
        #expect(groups(files).processors == nil)
    }

    @Test(
        "garbage in place of a list",
        arguments: ["", ":", "::", "0:", "0::", "a:b:c:d", "0::/../other\n", "0::/elsewhere/..\n", ":::\n\n::"])
    func garbageLists(content: String) {
        var files = Self.session
        files["/proc/self/cgroup"] = content
        for (path, _) in files where path.hasPrefix("/sys") && content.contains("..") { files[path] = "1 100000" }
        _ = groups(files)
        files["/proc/self/mountinfo"] = content + "\n35 24 0:30 / - cgroup2\n1 2 3 4 5 6 -\n- - - - - - - - -\n"
        #expect(groups(files).processors == nil && groups(files).memory == nil)
    }

    /// Another group's folder, mounted into a container, says nothing about this process.
    @Test("a mount that does not show the process's group")
    func foreignMount() {
        var files = Self.container
        files["/proc/self/cgroup"] = "12:memory:/docker/3f1cde\n11:cpu,cpuacct:/user.slice\n"
        #expect(groups(files).memory == nil && groups(files).processors == nil)
        files["/proc/self/cgroup"] = "12:memory:/docker/3f1c/inner\n"
        files["/sys/fs/cgroup/memory/memory.use_hierarchy"] = "1\n"
        #expect(groups(files).memory == 1 << 30)
    }

    @Test("spaces in a mount point are escaped, colons in a group's name are not")
    func names() {
        let files = [
            "/proc/self/cgroup": "0::/a:b c\n",
            "/proc/self/mountinfo": #"35 24 0:30 / /my\040groups\134 rw - cgroup2 cgroup2 rw"#,
            #"/my groups\/a:b c/memory.max"#: "4096",
        ]
        #expect(groups(files).memory == 4096)
    }

    // MARK: Affinity

    @Test(
        "affinity: of the processors in use those that the process may run on",
        arguments: [
            ("0-63", "0-63", 64), ("0-1023", "0-7", 8), ("3", "0-7", 1), ("0,2-4,6", "0-3", 3), ("0-3,8-11", nil, 8),
            // No list, or none of them in use: what Foundation says.
            ("", "0-7", 64), ("7", "0-3", 64), ("a-b", "0-7", 64), ("3-1", "0-7", 64), ("0-99999999999", nil, 64),
            ("-1", nil, 64), ("0-1-2", nil, 64), ("0-3", "garbage", 4),
        ] as [(String, String?, Int)])
    func affinity(allowed: String, online: String?, count: Int) {
        let status = "Name:\ttac\nCpus_allowed:\tff\nCpus_allowed_list:\t\(allowed)\nMems_allowed_list:\t0\n"
        var files = ["/proc/self/status": status]
        files["/sys/devices/system/cpu/online"] = online.map { $0 + "\n" }
        #expect(limits(files).processors == Double(count))
    }

    // MARK: Together

    @Test("the smallest of all, and what sets it")
    func smallest() {
        #expect(limits(processors: 2, Self.session).processors == 2)
        #expect(limits(memory: 1 << 30, Self.session).memoryLimit == .machine)
        let ofProcess = limits(ofProcess: 1 << 20, Self.session)
        #expect(ofProcess.memory == 1 << 20 && ofProcess.memoryLimit == .process)
        #expect(limits(processors: 0, [:]).threads == 1)
    }

    @Test("this process: never more than the machine has")
    func current() {
        let limits = ResourceLimits.current()
        #expect(limits.processors > 0 && limits.processors <= Double(ProcessInfo.processInfo.processorCount))
        #expect(limits.memory > 0 && limits.memory <= ProcessInfo.processInfo.physicalMemory)
    }
}

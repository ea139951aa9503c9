import CTargetFeatures
import Diagnostics
import Dispatch
import Foundation
import Synchronization

/// Threads that help with the loops of ``Parallel``.
///
/// A training step has a hundred loops of a fraction of a millisecond each, and to wake a sleeping thread takes a tenth
/// of one. So a worker that has nothing to do looks out for the next loop for a moment before it sleeps.
///
/// The pool is the machine's processors, not a state of the computation: which threads do a loop's blocks changes no
/// result. A thread is started when a loop first wants it, so a program that is told to use one thread has one.
final class WorkerPool: Sendable {
    /// The pool of this process.
    static let shared = WorkerPool(processors: ResourceLimits.current().processors)

    /// Seconds of processor time that a second brings to this process.
    private let processors: Double
    private let starting = NSLock()
    /// How many threads have been started.
    let workerCount = Atomic(0)
    /// Whether a loop has the workers.
    private let isTaken = Atomic(false)
    /// Counts the loops, so that a worker sees a new one.
    private let loop = Atomic(0)
    /// In the lower half the number of workers inside the loop, in the upper half that of those who may yet enter.
    ///
    /// One number, so that a worker that looked at an earlier loop, and was held up before it entered, takes a place of the
    /// present one or none.
    private let entrance = Atomic(0)
    /// One more who may enter.
    private static let place = 1 << 32
    private let sleeping = Atomic(0)
    private let alarm = DispatchSemaphore(value: 0)
    /// Written while the entrance is shut and nobody is inside; read by those who have entered.
    nonisolated(unsafe) private var body: (() -> Void)?
    /// Work that is wanted later; a worker without a loop takes it.
    private let offers = Guarded<[@Sendable () -> Void]>([])
    private let offerCount = Atomic(0)

    init(processors: Double) { self.processors = processors }

    /// Rounds for which a thread looks out for another before it sleeps.
    ///
    /// Where every thread has a processor: some 2 ms, more than a step's stretches of serial work. Once asleep a worker
    /// may come milliseconds late, if the system wakes it on the processor that is busy already. Where there are more
    /// threads than processors, or a quota grants the threads less than all of their time, the one that looks out takes
    /// the time from one that works: some microseconds.
    var patience: Int {
        Double(workerCount.load(ordering: .relaxed) + 1) <= processors ? 100_000 : 100
    }

    /// Makes sure that there are `count` workers.
    private func start(_ count: Int) {
        guard workerCount.load(ordering: .relaxed) < count else { return }
        starting.withLock {
            while workerCount.load(ordering: .relaxed) < count {
                let number = workerCount.add(1, ordering: .relaxed).newValue
                let thread = Thread { [self] in
                    Thread.current.name = "worker \(number)"
                    work()
                }
                thread.stackSize = 8 << 20
                thread.start()
            }
        }
    }

    /// Offers work to one of `helpers` workers, for when it has no loop to help with. It may never be done.
    func offer(helpers: Int, _ work: @escaping @Sendable () -> Void) {
        guard helpers > 0 else { return }
        start(helpers)
        offers.withLock { $0.append(work) }
        offerCount.add(1, ordering: .sequentiallyConsistent)
        if sleeping.load(ordering: .sequentiallyConsistent) > 0 { alarm.signal() }
    }

    /// Calls `body` on this thread and, at the same time, on up to `helpers` others; returns when all are done.
    ///
    /// `body` must do all the work even if nobody helps: while another loop has the workers, nobody does.
    func run(helpers: Int, _ body: () -> Void) {
        guard helpers > 0,
            isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        else { return body() }
        start(helpers)
        withoutActuallyEscaping(body) { body in
            self.body = body
            entrance.store(helpers * Self.place, ordering: .releasing)
            loop.add(1, ordering: .sequentiallyConsistent)
            for _ in 0..<min(helpers, sleeping.load(ordering: .sequentiallyConsistent)) { alarm.signal() }
            body()
            // Who has not entered by now is not needed; who has is waited for.
            entrance.bitwiseAnd(Self.place - 1, ordering: .acquiringAndReleasing)
            wait { entrance.load(ordering: .acquiring) == 0 ? () : nil }
            self.body = nil
        }
        isTaken.store(false, ordering: .releasing)
    }

    /// Waits until another thread has done what makes `result` known: at first with an eye on it, then leaving it the
    /// processor that it may lack, and at last in naps, which cost neither processor time nor quota.
    func wait<Value>(for result: () -> Value?) -> Value {
        let patience = patience
        var rounds = 0
        while true {
            if let value = result() { return value }
            rounds += 1
            if rounds < patience {
                target_pause()
            } else if rounds < patience + 200 {
                sched_yield()
            } else {
                usleep(50)
            }
        }
    }

    private func work() {
        var seen = 0
        while true {
            seen = nextLoop(after: seen)
            var state = entrance.load(ordering: .acquiring)
            while state >= Self.place {
                let entered = entrance.compareExchange(
                    expected: state, desired: state - Self.place + 1, ordering: .acquiringAndReleasing)
                state = entered.original
                if entered.exchanged {
                    body?()
                    entrance.subtract(1, ordering: .releasing)
                    break
                }
            }
        }
    }

    /// Waits until the number of the loop is another than `seen`.
    private func nextLoop(after seen: Int) -> Int {
        let patience = patience
        var rounds = 0
        while true {
            let current = loop.load(ordering: .sequentiallyConsistent)
            if current != seen { return current }
            if offerCount.load(ordering: .relaxed) > 0 {
                takeOffer()
                rounds = 0
                continue
            }
            rounds += 1
            if rounds < patience {
                target_pause()
                continue
            }
            sleeping.add(1, ordering: .sequentiallyConsistent)
            // A loop or an offer from before this thread was counted has not rung for it.
            if loop.load(ordering: .sequentiallyConsistent) == seen,
                offerCount.load(ordering: .sequentiallyConsistent) == 0
            {
                alarm.wait()
            }
            sleeping.subtract(1, ordering: .sequentiallyConsistent)
            rounds = 0
        }
    }

    private func takeOffer() {
        let work = offers.withLock { offers in
            offers.isEmpty ? nil : offers.removeFirst()
        }
        guard let work else { return }
        offerCount.subtract(1, ordering: .relaxed)
        work()
    }
}

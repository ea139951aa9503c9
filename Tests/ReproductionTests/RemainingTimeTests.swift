import Testing

@testable import Reproduction

@Suite struct RemainingTimeTests {
    @Test("the time of the current run passes while it lasts")
    func passes() {
        var time = RemainingTime([10, 20, 30])
        #expect(time.seconds() == 60)
        time.begin(0, at: 2)
        #expect(time.seconds(at: 6) == 56)
        #expect(time.seconds(at: 1) == 60, "a clock that was set back")
    }

    @Test("a run that takes longer than expected takes nothing from the later ones")
    func overdue() {
        var time = RemainingTime([10, 20, 30])
        time.begin(0, at: 0)
        #expect(time.seconds(at: 500) == 50)
    }

    @Test("runs that took twice as long let the others take twice as long")
    func pace() {
        var time = RemainingTime([10, 20, 30])
        time.run(0, from: 0, to: 20)
        time.begin(1, at: 20)
        #expect(time.seconds(at: 20) == 100 && time.seconds(at: 50) == 70 && time.seconds(at: 119) == 60)
        // 30 seconds were expected of the first two, 30 were taken.
        time.finish(1, at: 30)
        time.begin(2, at: 30)
        #expect(time.seconds(at: 30) == 30)
        time.finish(2, at: 31)
        #expect(time.seconds(at: 31) == 0 && time.seconds(at: 38) == 0)
    }

    @Test("of two runs at once each takes twice as long, and the next begins when one of them ends")
    func atOnce() {
        #expect(RemainingTime([10, 10, 10, 10], atOnce: 2).seconds() == 40)
        var time = RemainingTime([10, 20, 30], atOnce: 2)
        // The third is alone for the second half of its time.
        #expect(time.seconds() == 80)
        time.begin(0, at: 0)
        time.begin(1, at: 0)
        #expect(time.seconds(at: 10) == 70)
        time.finish(0, at: 20)
        time.begin(2, at: 20)
        #expect(time.seconds(at: 20) == 60)
        time.finish(1, at: 40)
        #expect(time.seconds(at: 40) == 40)
        time.finish(2, at: 80)
        #expect(time.seconds(at: 80) == 0)
    }

    @Test("runs that were done two at once in half the expected time each let the others be quicker")
    func paceAtOnce() {
        var time = RemainingTime([10, 10, 10, 10], atOnce: 2)
        time.begin(0, at: 0)
        time.begin(1, at: 0)
        time.finish(0, at: 10)
        time.finish(1, at: 10)
        #expect(time.seconds(at: 10) == 10)
    }

    @Test("a run that is a small part of all does not change what is expected of the others")
    func small() {
        var time = RemainingTime([1, 60, 60])
        time.run(0, from: 0, to: 7)
        #expect(time.seconds(at: 7) == 120)
        time.run(1, from: 7, to: 190)
        // 61 seconds were expected of the first two, 190 were taken.
        #expect(abs(time.seconds(at: 190) - 60 * 190 / 61) < 1e-9)
    }
}

extension RemainingTime {
    fileprivate mutating func run(_ run: Int, from start: Double, to end: Double) {
        begin(run, at: start)
        finish(run, at: end)
    }
}

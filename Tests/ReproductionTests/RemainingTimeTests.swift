import Testing

@testable import Reproduction

@Suite struct RemainingTimeTests {
    @Test("the time of the current run passes while it lasts")
    func passes() {
        let time = RemainingTime([10, 20, 30])
        #expect(time.seconds() == 60 && time.seconds(elapsed: 4) == 56)
        #expect(time.seconds(elapsed: -1) == 60, "a clock that was set back")
    }

    @Test("a run that takes longer than expected takes nothing from the later ones")
    func overdue() {
        #expect(RemainingTime([10, 20, 30]).seconds(elapsed: 500) == 50)
    }

    @Test("runs that took twice as long let the others take twice as long")
    func pace() {
        var time = RemainingTime([10, 20, 30])
        time.finishRun(taken: 20)
        #expect(time.seconds() == 100 && time.seconds(elapsed: 30) == 70 && time.seconds(elapsed: 99) == 60)
        // 30 seconds were expected of the first two, 30 were taken.
        time.finishRun(taken: 10)
        #expect(time.seconds() == 30)
        time.finishRun(taken: 1)
        #expect(time.seconds() == 0 && time.seconds(elapsed: 7) == 0)
    }
}

import LinearEvaluation
import TestSupport
import Testing

/// Entries that the loops over them would not survive stop the program where they are collected.
@Suite struct SparseByteRowsTests {
    @Test func entriesThatFit() {
        let rows = SparseByteRows(columnCount: 3, rowStarts: [0, 2, 2, 3], columns: [0, 2, 1], values: [1, 2, 3])
        #expect(rows.rowCount == 3)
        #expect(SparseByteRows(columnCount: 0, rowStarts: [0, 0], columns: [], values: []).rowCount == 1)
        #expect(SparseByteRows(columnCount: 0, rowStarts: [0], columns: [], values: []).rowCount == 0)
        #expect(SparseByteRows(columnCount: 1 << 16, rowStarts: [0, 1], columns: [65_535], values: [1]).rowCount == 1)
    }

    @Test func rowsThatDoNotFollowEachOther() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = SparseByteRows(columnCount: 3, rowStarts: [0, 9, 2], columns: [0, 1], values: [1, 1])
            }, "do not ascend")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = SparseByteRows(columnCount: 3, rowStarts: [0, 1], columns: [0, 1], values: [1, 1])
            }, "rows that end at 1, 2 columns and 2 values")
    }

    @Test func columnsOutOfPlace() async {
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = SparseByteRows(columnCount: 3, rowStarts: [0, 1, 3], columns: [0, 1, 3], values: [1, 1, 1])
            }, "row 1", "below 3")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = SparseByteRows(columnCount: 3, rowStarts: [0, 2], columns: [1, 0], values: [1, 1])
            }, "row 0", "below 3")
        expectMessage(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                dieAtOnce()
                _ = SparseByteRows(columnCount: 3, rowStarts: [0, 2], columns: [1, 1], values: [1, 1])
            }, "row 0", "below 3")
    }
}

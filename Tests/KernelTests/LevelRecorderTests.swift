import Kernel
import Testing

struct LevelRecorderTests {
  /// What a recorder must know, recomputed from a list of spans.
  struct Naive {
    var spans: [(level: Int, time: Int64)] = []
    var level = 0

    var duration: Int64 { spans.reduce(0) { $0 + $1.time } }

    func average(_ value: (Int) -> Int) -> Double {
      let area = spans.reduce(Int128(0)) { $0 + Int128(value($1.level)) * Int128($1.time) }
      return Double(area) / Double(duration)
    }

    func share(atLeast level: Int) -> Double {
      Double(spans.reduce(Int64(0)) { $0 + ($1.level >= level ? $1.time : 0) })
        / Double(duration)
    }
  }

  /// Walks at random, with steps of up to `stride` at times up to 1000 ns apart.
  static func walk(seed: UInt64, stride: UInt64, exactLevels: Int) -> (LevelRecorder, Naive) {
    var now: Int64 = 12_345
    let recorder = LevelRecorder(at: now, exactLevels: exactLevels)
    var naive = Naive()
    for index in 0..<20_000 as Range<UInt64> {
      let bits = mixed(seed &+ index &* 0x9e37_79b9_7f4a_7c15)
      let elapsed = Int64(bits % 1000)
      let delta = max(-naive.level, Int((bits >> 20) % (2 * stride + 1)) - Int(stride))
      now += elapsed
      naive.spans.append((naive.level, elapsed))
      naive.level += delta
      recorder.change(by: delta, at: now)
    }
    naive.spans.append((naive.level, 500))
    recorder.finish(at: now + 500)
    return (recorder, naive)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `everything agrees with a naive recomputation`(seed: UInt64) {
    let (recorder, naive) = Self.walk(seed: seed, stride: 2, exactLevels: 1024)
    #expect(recorder.level == naive.level)
    #expect(recorder.maximum == naive.spans.map(\.level).max())
    #expect(recorder.duration == naive.duration)
    #expect(recorder.timeAverage == naive.average { $0 })
    for servers in [0, 1, 2, 3, 10, 50, 1000, 5000] {
      #expect(recorder.timeAverage(ofMinimumWith: servers) == naive.average { min($0, servers) })
      #expect(recorder.timeAverage(above: servers) == naive.average { max($0 - servers, 0) })
      #expect(recorder.share(atLeast: servers) == naive.share(atLeast: servers))
    }
    for (level, time) in recorder.distribution.enumerated() {
      #expect(time == naive.spans.reduce(0) { $0 + ($1.level == level ? $1.time : 0) })
    }
  }

  @Test func `averages stay exact when levels share an entry`() {
    let (recorder, naive) = Self.walk(seed: 4, stride: 50, exactLevels: 16)
    #expect(recorder.distribution.count == 17)
    #expect(recorder.distribution.reduce(0, +) == naive.duration)
    #expect(recorder.timeAverage == naive.average { $0 })
    #expect(recorder.timeAverage(ofMinimumWith: 16) == naive.average { min($0, 16) })
    #expect(recorder.timeAverage(above: 16) == naive.average { max($0 - 16, 0) })
    #expect(recorder.share(atLeast: 16) == naive.share(atLeast: 16))
    #expect(recorder.share(atLeast: 17) == nil)
    #expect(recorder.share(atLeast: recorder.maximum + 1) == 0)
  }

  @Test func `beyond the exact levels the busy servers are an upper bound`() throws {
    let (recorder, naive) = Self.walk(seed: 5, stride: 50, exactLevels: 16)
    let found = try #require(recorder.timeAverage(ofMinimumWith: 100))
    #expect(found >= naive.average { min($0, 100) })
    #expect(found <= naive.average { $0 })
  }

  @Test func `areas give the average of any window`() {
    let recorder = LevelRecorder(at: 0)
    recorder.change(by: 3, at: 10)
    #expect(recorder.area(at: 20) == 30)
    recorder.change(by: -1, at: 30)
    #expect(recorder.area == 60)
    #expect(recorder.area(at: 40) == 80)
    #expect(recorder.area == 60)
  }

  @Test func `restarting forgets the past but keeps the level`() {
    let recorder = LevelRecorder(at: 0)
    recorder.change(by: 9, at: 10)
    recorder.change(by: -4, at: 20)
    recorder.restart(at: 30)
    #expect(recorder.timeAverage == nil)
    #expect(recorder.share(atLeast: 1) == nil)
    recorder.finish(at: 50)
    #expect(recorder.level == 5)
    #expect(recorder.maximum == 5)
    #expect(recorder.timeAverage == 5)
    #expect(recorder.distribution == [0, 0, 0, 0, 0, 20])
  }

  @Test func `very long times at very high levels do not overflow`() {
    let recorder = LevelRecorder(at: 0)
    recorder.change(by: 1_000_000_000_000, at: 0)
    recorder.finish(at: .longest)
    #expect(recorder.timeAverage == 1e12)
    #expect(recorder.area == Int128(Nanoseconds.longest) * 1_000_000_000_000)
  }
}

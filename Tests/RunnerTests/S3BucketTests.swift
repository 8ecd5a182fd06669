import Components
import Kernel
import Testing

struct S3BucketTests {
  /// A service whose endpoints each ask the bucket once.
  private static func files(_ steps: [String], _ bucket: String) -> String {
    let endpoints = steps.map { step in
      let verb = step.prefix { $0 != " " }
      return "\(verb): [{\(verb): {bucket: files\(step.dropFirst(verb.count))}}]"
    }
    return """
      web: {kind: service, endpoints: {\(endpoints.joined(separator: ", "))}}
      files: {kind: s3-bucket, \(bucket)}
      """
  }

  /// Reads at an even rate that nobody repeats.
  private static func reads(_ workload: String, _ bucket: String, verb: String = "get") throws
    -> Run
  {
    try Run(workload, files(["\(verb) , key: request, retries: none"], bucket))
  }

  // MARK: Time

  @Test(arguments: [
    // 30 ms to the first byte of a small object, then 170 kB at 85 MB/s: 2 ms.
    ("get", "170KB", 32), ("put", "170KB", 32), ("copy", "170KB", 32), ("post", "170KB", 32),
    // 512 kB are not small: 150 ms, then 17 MB at 85 MB/s: 200 ms.
    ("get", "17MB", 350), ("put", "17MB", 350),
    // Neither moves bytes.
    ("head", "170KB", 30), ("head", "17MB", 150), ("delete", "170KB", 30),
  ])
  func `a request takes the time to the first byte, by size, and that of its bytes`(
    _ verb: String, _ size: String, _ milliseconds: Int64
  ) throws {
    let run = try Run(
      arrivals: [("1s", verb)], Self.files(["\(verb) , key: shared"], "object-size: \(size)"))
    #expect(run.response(verb) == ms(milliseconds))
    #expect(run.durations("files", "first_byte").maximum == (size == "17MB" ? ms(150) : ms(30)))
  }

  @Test func `small ends at 512 KB`() throws {
    let times = try ["511999B", "512000B"].map { size in
      try Run(
        arrivals: [("1s", "head")], Self.files(["head , key: shared"], "object-size: \(size)")
      ).response("head")
    }
    #expect(times == [ms(30), ms(150)])
  }

  // MARK: Limits

  @Test(arguments: [
    ("get", 5500.0), ("head", 5500), ("put", 3500), ("copy", 3500), ("post", 3500),
    ("delete", 3500),
  ])
  func `a prefix admits 5,500 reads or 3,500 writes a second and refuses the rest with 503`(
    _ verb: String, _ rate: Double
  ) throws {
    // 7,000 even requests a second for 5 s: what a second admits at once, and the rate after.
    let run = try Self.reads(
      "{interarrival: 142857ns, duration: 5s}", "object-size: 1KB", verb: verb)
    let offered = 5e9 / 142_857
    let admitted = rate + 5 * rate
    #expect(abs(run.number("files", "throttled") - (offered - admitted)) <= 2)
    let counted = ["reads", "writes", "deletions"].reduce(0) { $0 + run.number("files", $1) }
    #expect(abs(counted - admitted) <= 2)
    #expect(run.failures == ["throttled: \(Int(run.number("files", "throttled")))"])
  }

  @Test func `each prefix has the limits for itself, and each kind of object its prefixes`() throws
  {
    // 150 a second, of which each of two prefixes admits 100.
    let split = try Self.reads(
      "{interarrival: 6666667ns, duration: 20s}", "read-rate: 100/s, prefixes: 2")
    #expect(split.number("files", "throttled") == 0)
    let kinds = """
      web: {kind: service, endpoints: {page: [\
      {get: {name: one, bucket: files, object: page, key: request, retries: none}}, \
      {get: {name: two, bucket: files, object: image, key: request, retries: none}}]}}
      files: {kind: s3-bucket, read-rate: 100/s, objects: {page: {size: 1KB}, image: {size: 1KB}}}
      """
    let apart = try Run("{interarrival: 12500us, duration: 20s}", kinds)
    #expect(apart.number("files", "throttled") == 0)
    #expect(apart.number("files", "reads") == 2 * Double(apart.offered))
  }

  @Test func `under lasting load a prefix gets twice as many partitions`() throws {
    // 350 a second for 200 s, of which 100 are admitted, 250 refused: from 0.4 s on, when the first
    // 100 are spent. After 60 s there are two partitions and 150 refused a second, after 60 s more
    // there are four, which admit all: 60 × 250 + 60 × 150 = 24,000.
    let run = try Self.reads(
      "{interarrival: 2857143ns, duration: 200s}", "read-rate: 100/s, split-after: 60s")
    #expect(abs(run.number("files", "throttled") - 24_000) <= 10)
    #expect(run.number("files", "partitions") == 4)
  }

  @Test func `load that pauses does not split a prefix`() throws {
    // Spells of 150 a second for 60 s: 2 s pass until the 100 of a second are spent, 58 s of
    // refusals at 50 a second follow, and more than a minute between.
    let stages = (0..<4).map { _ in
      "{duration: 60s, target: 150/s}, {duration: 1ms, target: 50/s}, "
        + "{duration: 90s, target: 50/s}, {duration: 1ms, target: 150/s}"
    }
    let run = try Self.reads(
      "start-rate: 150/s\nprocess: constant\nstages: [\(stages.joined(separator: ", "))]",
      "read-rate: 100/s, split-after: 60s")
    #expect(run.number("files", "partitions") == 1)
    #expect(abs(run.number("files", "throttled") - 4 * 58 * 50) <= 20)
  }

  @Test func `the SDK repeats what is refused`() throws {
    let run = try Run(
      arrivals: [("1s", "get"), ("1s", "get"), ("1s", "get")],
      Self.files(["get , key: request"], "read-rate: 2/s"))
    #expect(run.succeeded == 3)
    #expect(run.number("files", "throttled") >= 1)
  }

  // MARK: Consistency

  @Test func `a read that begins after a write succeeded sees it`() throws {
    // The write of 170 kB takes 32 ms from 1 s on; reads at 0.5 s and 1.02 s come too early.
    let run = try Run(
      arrivals: [
        ("500ms", "get"), ("1s", "put"), ("1020ms", "get"), ("1033ms", "get"), ("2s", "delete"),
        ("2029ms", "get"), ("2031ms", "get"), ("2031ms", "head"),
      ],
      Self.files(
        ["get", "put", "delete", "head"].map { "\($0) , key: shared, namespace: one" },
        "object-size: 170KB, present: false"))
    // Missing: before the write succeeded, twice, and after the deletion did at 2.03 s, get and head.
    #expect(run.number("files", "missing") == 4)
    #expect(run.number("files", "reads") == 6)
    #expect(run.number("files", "bytes_downloaded") == 340_000)
    #expect(run.number("files", "bytes_uploaded") == 170_000)
  }

  @Test func `a miss is an answer, for which a step may have a branch`() throws {
    let run = try Run(
      arrivals: [("1s", "page"), ("2s", "page")],
      """
      web: {kind: service, endpoints: {page: [{get: {bucket: files, key: shared, miss: [\
      {wait: {time: 100ms}}, {put: {bucket: files, key: shared}}]}}]}}
      files: {kind: s3-bucket, object-size: 170KB, present: false}
      """)
    // A miss takes 30 ms, the branch 100 + 32 ms; the second is a hit of 32 ms.
    #expect(run.endpoint().succeeded.maximum == ms(162))
    #expect(run.endpoint().succeeded.minimum == ms(32))
  }

  // MARK: As an origin

  @Test func `a bucket answers calls of its kinds of objects`() throws {
    let run = try Run(
      arrivals: [("1s", "image"), ("2s", "page")],
      "files: {kind: s3-bucket, objects: {image: {size: 17MB}, page: {size: 170KB}}}")
    #expect(run.response("image") == ms(350))
    #expect(run.response("page") == ms(32))
  }

  @Test func `calls without a key spread evenly over the prefixes`() throws {
    // 150 a second over two prefixes of 100 a second each: 75 each, with a burst of 100 to spare.
    let run = try Run(
      "{interarrival: 6666667ns, duration: 60s}",
      "files: {kind: s3-bucket, read-rate: 100/s, prefixes: 2}")
    #expect(run.number("files", "throttled") == 0)
    #expect(run.number("files", "reads") > 8990)
  }

  @Test func `a bucket without kinds of objects answers every call alike`() throws {
    let run = try Run(
      arrivals: [("1s", "a"), ("2s", "b")],
      """
      alb: {kind: application-load-balancer, targets: files, routing: 0s}
      files: {kind: s3-bucket, object-size: 0B, first-byte: 7ms}
      """)
    #expect(run.response("a") == ms(7))
    #expect(run.response("b") == ms(7))
  }

  @Test(arguments: [
    ("get: {bucket: files, key: shared}", "the bucket has 2 kinds of objects"),
    ("get: {bucket: files, key: shared, object: pag}", "the bucket has no objects 'pag'"),
  ])
  func `an object that the bucket does not have is a problem`(_ step: String, _ message: String) {
    let text = Run.text(
      "rate: 1/s\nduration: 1s",
      """
      web: {kind: service, endpoints: {all: [{\(step)}]}}
      files: {kind: s3-bucket, objects: {page: {size: 1KB}, image: {size: 1KB}}}
      """, seed: 1)
    #expect(problems(text).contains { $0.contains(message) }, "\(problems(text))")
  }

  // MARK: The bill

  @Test func `the bill is storage, requests and transfer to the internet`() throws {
    // 170 GB at $0.023. 100 reads in 10 s are 26.28 million in a month of 730 h, at $0.0000004;
    // of 170 kB each they are 4,467.6 GB, at $0.09.
    let bill = { (readers: String) in
      let run = try Self.reads(
        "{interarrival: 100ms, duration: 10001ms}",
        "object-count: 1000000, object-size: 170KB\(readers)")
      return run.record.cost.filter { $0.component == "files" }
    }
    let lines = try bill(", readers: internet")
    #expect(lines.map(\.what) == ["storage", "reads", "writes", "transfer to the internet"])
    #expect(abs(lines[0].amount - 3.91) < 1e-9)
    #expect(abs(lines[1].amount - 10.512) < 0.02)
    #expect(lines[2].amount == 0)
    #expect(abs(lines[3].amount - 402.08) < 0.1)
    #expect(try bill("").map(\.what) == ["storage", "reads", "writes"])
    #expect(try bill(", readers: cloudfront").map(\.what) == ["storage", "reads", "writes"])
  }

  @Test func `beyond 10 TB a month transfer to the internet costs less`() throws {
    // 10 reads a second of 17 MB: 2,628,000 s × 170 MB = 446,760 GB. 10,000 at $0.09, 40,000 at
    // $0.085, and the rest at $0.07: 900 + 3,400 + 27,773.2.
    let run = try Self.reads(
      "{interarrival: 100ms, duration: 10001ms}", "object-size: 17MB, readers: internet")
    let lines = run.record.cost.filter { $0.what == "transfer to the internet" }
    #expect(lines.map { $0.quantity.rounded() }.prefix(2) == [10_000, 40_000])
    #expect(abs(lines.reduce(0) { $0 + $1.amount } - 32_073.2) < 10)
  }

  @Test func `writes cost more than reads, deletions nothing`() throws {
    // Ten of each in 10 s: 2,628,000 a month. Copies and posts are writes, a head is a read.
    let verbs = ["get", "head", "put", "copy", "post", "delete"]
    let run = try Run(
      arrivals: verbs.flatMap { verb in (0..<10).map { ("\($0)s", verb) } }.sorted {
        Int($0.0.dropLast()) ?? 0 < Int($1.0.dropLast()) ?? 0
      }, Self.files(verbs.map { "\($0) , key: request" }, "object-size: 1KB"))
    #expect(run.number("files", "reads") == 20)
    #expect(run.number("files", "writes") == 30)
    #expect(run.number("files", "deletions") == 10)
    let month = 730 * 3600 / run.record.loadDuration.inSeconds
    let lines = run.record.cost.filter { $0.component == "files" }
    // $0.0004 for a thousand reads, $0.005 for a thousand writes.
    #expect(abs(lines[1].amount - 20 * month * 0.0004 / 1000) < 1e-9)
    #expect(abs(lines[2].amount - 30 * month * 0.005 / 1000) < 1e-9)
  }
}

import Components
import Kernel
import Testing

struct S3BucketTests {
  /// A page that reads an object of 170 kB: 100 ms to the first byte and 2 ms of transfer.
  private static func files(_ step: String = "", _ bucket: String = "") -> String {
    """
    web: {kind: service, endpoints: {page: [{get: {bucket: files, key: request\(step)}}]}}
    files: {kind: s3-bucket, objects: 1000000, object-size: 170KB, first-byte: 100ms\(bucket)}
    """
  }

  @Test func `a read takes the time to the first byte and that of its bytes`() throws {
    let run = try Run(arrivals: [("1s", "page")], Self.files())
    #expect(run.response("page") == ms(102))
    #expect(run.number("files", "bytes") == 170_000)
  }

  @Test func `beyond 5,500 reads a second of a prefix requests are refused`() throws {
    // 7,000 even reads a second for 10 s: the burst of a second, 5,500, and 5,500 a second after.
    let run = try Run(
      "{interarrival: 142857ns, duration: 10s}", Self.files(", retries: none", ", refusal: 10ms"))
    let offered = 10e9 / 142_857
    let admitted = 5_500 + 55_000.0
    #expect(abs(run.number("files", "throttled") - (offered - admitted)) <= 2)
    #expect(abs(run.number("files", "reads") - admitted) <= 2)
  }

  @Test func `each prefix has the limit for itself`() throws {
    let run = try Run(
      "{interarrival: 142857ns, duration: 10s}",
      Self.files(", retries: none", ", prefixes: 2"))
    #expect(run.number("files", "throttled") == 0)
  }

  @Test func `the bill is storage and requests`() throws {
    // 170 GB at $0.023; 100 reads in 10 s are 26,280,000 in a month of 730 h, at $0.0000004.
    let run = try Run("{interarrival: 100ms, duration: 10001ms}", Self.files())
    let lines = run.record.cost.filter { $0.component == "files" }
    #expect(lines.map(\.what) == ["storage", "reads", "writes"])
    #expect(abs(lines[0].amount - 3.91) < 1e-9)
    #expect(abs(lines[1].amount - 10.512) < 0.02)
    #expect(lines[2].amount == 0)
  }
}

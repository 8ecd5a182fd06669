import Foundation
import Testing

struct RunTests {
  private static let experiment = """
    windtunnel: 1
    title: Two arms
    seed: 3
    replications: 4
    workload: {rate: 50/s, duration: 10s, mix: {page: 3, other: 1}}
    arms:
      before:
        entry: alb
        components:
          alb: {kind: application-load-balancer, targets: app}
          app:
            kind: auto-scaling-group
            min: 1
            max: 3
            endpoints:
              page:
                - work: {time: exponential 30ms, cpu: 50%}
                - get: {cache: redis, key: user, miss: [{scan: {table: table}}]}
              other:
                - work: {time: 10ms}
          redis: {kind: redis}
          table: {kind: dynamodb-table, items: 5000, read-capacity: 100}
      after:
        extends: before
        components:
          app: {min: 2}
    objectives:
      - {on: after, require: p(99) < 500s}

    """

  @Test func `the same experiment gives the same bytes, on one thread and on two`() throws {
    let scratch = Scratch()
    _ = scratch.file("test.yaml", Self.experiment)
    var texts: [String] = []
    for threads in ["1", "2", "1"] {
      let command = try Command(
        "run", "test.yaml", "--json", "-", "--threads", threads, in: scratch.folder)
      #expect(command.status == 0, "\(command.messages)")
      texts.append(command.output)
    }
    #expect(texts[0].count > 1000)
    #expect(texts[1] == texts[0])
    #expect(texts[2] == texts[0])
    let other = try Command(
      "run", "test.yaml", "--json", "-", "--seed", "4", in: scratch.folder)
    #expect(other.output != texts[0])
  }

  @Test func `the report is one page, the same bytes twice, and shows each arm's structure`() throws
  {
    let scratch = Scratch()
    _ = scratch.file("test.yaml", Self.experiment)
    var pages: [String] = []
    for _ in 0..<2 {
      let command = try Command(
        "run", "test.yaml", "--html", "-", "--set", "workload.duration=5s", in: scratch.folder)
      #expect(command.status == 0, "\(command.messages)")
      pages.append(command.output)
    }
    #expect(pages[0] == pages[1])
    #expect(pages[0].hasPrefix("<!DOCTYPE html>\n") && pages[0].hasSuffix("</html>\n"))
    #expect(pages[0].contains("alb, application-load-balancer"))
    #expect(pages[0].contains("calls redis and table."))
    #expect(pages[0].contains("workload.duration=5s") && pages[0].contains("title: Two arms"))
    #expect(pages[0].utf8.count < 300_000)
    let both = try Command("run", "test.yaml", "--html", "-", "--json", "-", in: scratch.folder)
    #expect(both.status == 64)
  }

  @Test func `the results hold what scripts rely on`() throws {
    let scratch = Scratch()
    _ = scratch.file("test.yaml", Self.experiment)
    let command = try Command("run", "test.yaml", "--json", "out.json", in: scratch.folder)
    #expect(command.status == 0, "\(command.messages)")
    #expect(command.output.contains("before") && command.output.contains("after"))
    let data = try Data(contentsOf: scratch.folder.appendingPathComponent("out.json"))
    let root = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let experiments = try #require(root["experiments"] as? [[String: Any]])
    let first = try #require(experiments.first)
    #expect(first["seed"] as? Int == 3)
    #expect(first["replications"] as? Int == 4)
    let arms = try #require(first["arms"] as? [String: [String: Any]])
    #expect(arms.keys.sorted() == ["after", "before"])
    for arm in arms.values {
      // 50/s for 10 s, four times: 2000 ± 4 √2000.
      let offered = try #require(arm["offered"] as? Double)
      #expect(abs(offered * 40 - 2000) < 180)
      let components = try #require(arm["components"] as? [String: [String: Any]])
      #expect(components.keys.sorted() == ["alb", "app", "redis", "table"])
    }
    #expect(arms["before"]?["offered"] as? Double == arms["after"]?["offered"] as? Double)
  }

  @Test func `an objective that is missed exits with 99, and one arm can be run alone`() throws {
    let scratch = Scratch()
    _ = scratch.file(
      "test.yaml", Self.experiment.replacing("p(99) < 500s", with: "p(99) < 1us"))
    let missed = try Command("run", "test.yaml", "--quiet", in: scratch.folder)
    #expect(missed.status == 99, "\(missed.messages)")
    let alone = try Command(
      "run", "test.yaml", "--arm", "before", "--replications", "1", in: scratch.folder)
    #expect(alone.status == 0, "\(alone.messages)")
    #expect(!alone.output.contains("after"))
  }

  @Test func `an override is inherited by the arm that extends another`() throws {
    let scratch = Scratch()
    _ = scratch.file("test.yaml", Self.experiment)
    let command = try Command(
      "run", "test.yaml", "--json", "-", "--replications", "1", "--set", "workload.duration=1s",
      "--set", "arms.before.components.app.max=2", in: scratch.folder)
    #expect(command.status == 0, "\(command.messages)")
    #expect(command.output != "")
  }

  @Test func `the registry is told for people and for scripts`() throws {
    let list = try Command("components")
    #expect(list.status == 0)
    #expect(list.output.contains("dynamodb-table"))
    let page = try Command("components", "redis")
    #expect(page.output.contains("command") && page.output.contains("Answers: get, set"))
    let json = try Command("components", "--json", "-")
    let root = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect((root["components"] as? [[String: Any]])?.count ?? 0 >= 7)
  }
}

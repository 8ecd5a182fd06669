import Analysis
import Components
import Kernel
import Testing

@Suite struct `The bottleneck` {
  let group = SampleRecords.component(
    "app", "auto-scaling-group", [("instances", 2), ("cpu", 0.3), ("workers_busy", 0.98)],
    durations: [("waiting", [0.4])])
  let idleGroup = SampleRecords.component(
    "app", "auto-scaling-group", [("instances", 2), ("cpu", 0.3), ("workers_busy", 0.2)])

  @Test func `is a table that throttles, before the workers that wait for it`() {
    let table = SampleRecords.component(
      "items", "dynamodb-table",
      [("throttled", 20), ("consumed_read_units", 100), ("provisioned_read_units", 100)])
    let finding = Bottleneck(of: SampleRecords.arm([group, table]))
    #expect(finding.component == "items")
    #expect(finding.limit?.kind == .throttled)
    #expect(finding.others.map(\.kind) == [.workersBusy])
    #expect(
      finding.sentence
        == "The bottleneck is items, which throttled 20 operations per 100 requests "
        + "(100 of 100 read units per second consumed).")
  }

  @Test func `is not a table that throttles little beside something saturated`() {
    let table = SampleRecords.component("items", "dynamodb-table", [("throttled", 2)])
    let disk = SampleRecords.station("disk", [("utilization", 0.97)])
    #expect(Bottleneck(of: SampleRecords.arm([table, disk])).component == "disk")
    #expect(Bottleneck(of: SampleRecords.arm([table])).component == "items")
  }

  @Test func `is the component with the highest utilization`() {
    let stations = [("one", 0.85), ("two", 0.93), ("three", 0.5)].map {
      SampleRecords.station($0.0, [("utilization", $0.1)], durations: [("waiting", [0.25])])
    }
    let finding = Bottleneck(of: SampleRecords.arm(stations))
    #expect(finding.component == "two")
    #expect(
      finding.sentence
        == "The bottleneck is two, close to saturation at 93%, where requests wait 250 ms on "
        + "average.")
    #expect(finding.others.map(\.component) == ["one"])
  }

  @Test func `is the CPU of a group rather than its workers`() {
    let busy = SampleRecords.component(
      "app", "auto-scaling-group", [("cpu", 0.99), ("workers_busy", 1)])
    let finding = Bottleneck(of: SampleRecords.arm([busy]))
    #expect(finding.limit?.metric == "cpu")
    #expect(finding.sentence == "The bottleneck is the CPU of app, saturated at 99%.")
  }

  @Test func `is workers that are all taken while the CPU is idle, and names who holds them`() {
    let mailer = SampleRecords.station("mailer", [], durations: [("sojourn", [0.4])])
    let finding = Bottleneck(of: SampleRecords.arm([group, mailer]))
    #expect(finding.limit?.kind == .workersBusy)
    #expect(
      finding.sentence
        == "The bottleneck is the workers of app, 98% of them taken although its CPU is at 30%; "
        + "requests wait 400 ms for one on average; they are held longest by mailer (400 ms).")
  }

  @Test func `is a pool of connections that requests wait for`() {
    let waits = Array(repeating: 0.2, count: 100)
    let pooled = SampleRecords.component(
      "app", "auto-scaling-group", [("workers_busy", 0.2)],
      durations: [("connection_waiting_db", waits)])
    let finding = Bottleneck(of: SampleRecords.arm([pooled]))
    #expect(finding.limit?.kind == .poolExhausted)
    #expect(
      finding.sentence
        == "The bottleneck is the pool db of app, for which requests wait 200 ms on average.")
  }

  @Test func `is a backlog that turns requests away`() {
    let full = SampleRecords.component("app", "auto-scaling-group", [("rejected", 5)])
    let arm = SampleRecords.arm([full], failed: 5, failures: [("rejected", 5)])
    let finding = Bottleneck(of: arm)
    #expect(finding.limit?.kind == .rejected)
    #expect(
      finding.sentence
        == "The bottleneck is the backlog of app, which turned away 5% of the requests; 5% of "
        + "the requests fail, main cause rejected (100%).")
  }

  @Test func `is told with the capacity that came late and its largest delay`() {
    let action = ScalingAction(
      at: .seconds(90), component: "app", from: 2, to: 3, cause: "CPU",
      delays: [.init("metric", .seconds(60)), .init("health_check", .seconds(90))])
    let finding = Bottleneck(of: SampleRecords.arm([idleGroup], scaling: [action]))
    #expect(finding.others.contains { $0.kind == .lateScaling && $0.value == 150 })
    #expect(
      finding.sentence.hasSuffix(
        "; app grew from 2 to 3 only 2 min 30 s after it was needed, 90 s of that for the "
          + "health check."))
  }

  @Test func `is nothing where nothing is saturated, and the time is told`() {
    let table = SampleRecords.component(
      "items", "dynamodb-table", [("throttled", 0)],
      durations: [("sojourn", Array(repeating: 0.7, count: 100))])
    let finding = Bottleneck(of: SampleRecords.arm([idleGroup, table]))
    #expect(finding.limit == nil)
    #expect(finding.component == nil)
    #expect(
      finding.sentence
        == "Nothing is saturated; the largest part of the mean response time of 1 s is spent in "
        + "items (70%).")
    let alone = Bottleneck(of: SampleRecords.arm([idleGroup]))
    #expect(alone.sentence.hasSuffix("is spent in app itself (100%)."))
  }

  @Test func `takes the components' own shares of time where they tell them`() {
    let parts = [("redis", 0.2), ("network", 0.5)].map {
      SampleRecords.component($0.0, "delay", [("time_share", $0.1)])
    }
    let finding = Bottleneck(of: SampleRecords.arm(parts))
    #expect(finding.others.first?.component == "network")
    #expect(finding.sentence.hasSuffix("is spent in network (50%)."))
  }

  @Test func `cannot be told of an arm without requests`() {
    let finding = Bottleneck(of: ArmResult(name: "idle", records: []))
    #expect(finding.sentence.hasPrefix("No request has ended"))
  }
}

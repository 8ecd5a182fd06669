import Experiments
import Kernel
import Testing

@testable import Components

/// The arithmetic of scaling policies, each rule with the numbers of its documentation.
struct ScalingRulesTests {
  static func adjusted(_ text: String, _ current: Int, magnitude: Int = 0) -> Int? {
    CapacityAdjustment(text, minimumMagnitude: magnitude)?.capacity(from: current)
  }

  @Test func `a percentage above 1 is rounded down and one below 1 up to 1`() {
    // 12.7 → 12 and 0.67 → 1 (ASG/as-scaling-simple-step): 10% of 127, 6.7% of 10.
    #expect(Self.adjusted("+10%", 127) == 139)
    #expect(Self.adjusted("+6.7%", 10) == 11)
    // −0.58 → −1 and −6.67 → −6.
    #expect(Self.adjusted("-5.8%", 10) == 9)
    #expect(Self.adjusted("-66.7%", 10) == 4)
    #expect(Self.adjusted("+10%", 0) == 0)
  }

  @Test func `a percentage changes the capacity by at least the minimum magnitude`() {
    // The documented example: 25% of 4 is 1, with a magnitude of 2 it is 2.
    #expect(Self.adjusted("+25%", 4, magnitude: 2) == 6)
    #expect(Self.adjusted("-25%", 4, magnitude: 2) == 2)
    #expect(Self.adjusted("+75%", 4, magnitude: 2) == 7)
    // It is for percentages only.
    #expect(Self.adjusted("+1", 4, magnitude: 2) == 5)
  }

  @Test func `an adjustment is a change, a percentage or an exact capacity`() {
    #expect(Self.adjusted("+3", 2) == 5)
    #expect(Self.adjusted("-3", 2) == -1)
    #expect(Self.adjusted("=5", 2) == 5)
    for text in ["", "x", "=", "=-1", "%", "+1.5", "nan%", "=5001"] {
      #expect(CapacityAdjustment(text) == nil, "\(text)")
    }
  }

  @Test func `target tracking adds two for one and a half and removes one for one and a half`() {
    func capacity(_ value: Double, target: Double, of current: Int) -> Int {
      TargetTracking(
        target: target, lowShare: 0.7, lowDatapoints: 15, scalesIn: true
      ).capacity(for: value, of: current)
    }
    // 10 × 57.5 / 50 = 11.5 → 12; 10 × 42.5 / 50 = 8.5 → 9.
    #expect(capacity(57.5, target: 50, of: 10) == 12)
    #expect(capacity(42.5, target: 50, of: 10) == 9)
    // A backlog of 150 for each of 10 where 100 are wanted: 15 (ASG/as-using-sqs-queue).
    #expect(capacity(150, target: 100, of: 10) == 15)
    // Exactly at a whole number nothing is added: 3 × 0.6 / 0.6 and 7 × 0.2 / 0.1.
    #expect(capacity(0.6, target: 0.6, of: 3) == 3)
    #expect(capacity(0.2, target: 0.1, of: 7) == 14)
  }

  // MARK: Policies

  /// The policies of a group, read from its parameters.
  static func policies(_ text: String) throws -> [ScalingPolicy] {
    let experiment = try experimentOf(
      Run.text("rate: 1/s\nrequests: 1", ScalingTests.group("scaling: \(text)"), seed: 1))
    let group = try #require(
      experiment.arms[0].components[0].specification as? AutoScalingGroup)
    return group.policies
  }

  @Test func `a step includes its bound next to the threshold and excludes the other`() throws {
    let policies = try Self.policies(
      """
      [{policy: step, threshold: 50%, steps: [{adjustment: +1}, {from: 25%, adjustment: +3}]}, \
      {policy: step, when: below, threshold: 50%, \
      steps: [{adjustment: -1}, {from: 25%, adjustment: -3}]}]
      """)
    // Above: from 50% to below 75% the first, from 75% the second. Below: down to above 25% the
    // first, from 25% down the second.
    #expect(
      [0.5, 0.6, 0.7499, 0.75, 1].map { policies[0].steps.capacity(for: $0, from: 10) }
        == [11, 11, 11, 13, 13])
    #expect(
      [0.5, 0.4, 0.2501, 0.25, 0].map { policies[1].steps.capacity(for: $0, from: 10) }
        == [9, 9, 9, 7, 7])
  }

  @Test func `a warm-up is the policy's, else the group's default, else the cooldown`() throws {
    func warmUps(_ group: String) throws -> [Double] {
      try Self.policies(
        """
        [{policy: target-tracking, target: 60%, warm-up: 20s}, \
        {policy: target-tracking, target: 60%}]\(group)
        """
      ).map { $0.warmUp.inSeconds }
    }
    #expect(try warmUps("") == [20, 300])
    #expect(try warmUps(", cooldown: 100s") == [20, 100])
    #expect(try warmUps(", cooldown: 100s, default-warm-up: 40s") == [20, 40])
  }

  @Test func `the alarms of target tracking are 3 of 3 above and 15 of 15 below 70% of the target`()
    throws
  {
    let alarms = try Self.policies("[{policy: target-tracking, target: 50%}]")[0].alarms(of: "app")
    try #require(alarms.count == 2)
    #expect(alarms.map(\.datapointsToAlarm) == [3, 15])
    #expect(alarms.map(\.evaluationPeriods) == [3, 15])
    #expect(alarms.map(\.period) == [.seconds(60), .seconds(60)])
    #expect(alarms[0].comparison == .above && alarms[0].threshold == 0.5)
    #expect(alarms[1].comparison == .below && abs(alarms[1].threshold - 0.35) < 1e-12)
    let outOnly = try Self.policies("[{policy: target-tracking, target: 50%, scale-in: false}]")
    #expect(outOnly[0].alarms(of: "app").count == 1)
  }

  // MARK: Several at once

  /// The decision on alarms of two target-tracking policies of 60% in a group of four.
  static func decision(
    _ raised: [(policy: Int, isLow: Bool, value: Double)], allLow: Bool, warming: Int = 0
  ) throws -> Int? {
    var controller = ScalingController(
      try policies(
        "[{policy: target-tracking, target: 60%}, {policy: target-tracking, target: 60%}]"))
    let alarms = raised.map {
      RaisedAlarm(
        policy: $0.policy, isLow: $0.isLow,
        evaluation: AlarmEvaluation(
          alarm: 0, state: .alarm, previous: .ok, value: $0.value, periodEnd: 0, delays: []))
    }
    return controller.decide(
      alarms,
      ScalingController.Situation(
        now: 0, desired: 4, minimum: 1, maximum: 9, warming: [warming, warming],
        measured: [4, 4]),
      allLow: allLow)?.capacity
  }

  @Test func `of several policies the largest capacity wins`() throws {
    // 4 × 90 / 60 = 6 and 4 × 105 / 60 = 7.
    #expect(try Self.decision([(0, false, 0.9), (1, false, 1.05)], allLow: false) == 7)
    // Lows: 4 × 15 / 60 = 1 and 4 × 30 / 60 = 2.
    #expect(try Self.decision([(0, true, 0.15), (1, true, 0.3)], allLow: true) == 2)
  }

  @Test func `capacity is added if any policy wants it, and taken away only if all do`() throws {
    #expect(try Self.decision([(0, false, 0.9), (1, true, 0.3)], allLow: false) == 6)
    #expect(try Self.decision([(1, true, 0.3)], allLow: false) == nil)
  }

  @Test func `while an instance warms up nothing is taken away, and what is asked for counts`()
    throws
  {
    // 4 × 15 / 60 = 1 has to wait. 4 × 90 / 60 = 6, of which the one that warms up is a part.
    let low = [(policy: 0, isLow: true, value: 0.15), (policy: 1, isLow: true, value: 0.15)]
    #expect(try Self.decision(low, allLow: true) == 1)
    #expect(try Self.decision(low, allLow: true, warming: 1) == nil)
    #expect(try Self.decision([(0, false, 0.9)], allLow: false, warming: 1) == 6)
    // What warms up is enough: 4 × 58 / 60 = 3.9.
    #expect(try Self.decision([(0, false, 0.58)], allLow: false, warming: 1) == nil)
  }

  // MARK: What is wrong with a policy

  @Test(arguments: [
    ("{policy: target-tracking}", "a target-tracking policy needs a 'target'"),
    ("{policy: simple}", "a simple policy needs a 'threshold'"),
    ("{policy: step, threshold: 50%}", "a step policy needs 'steps'"),
    ("{policy: target-tracking, target: 0%}", "the target is 0"),
    ("{policy: simple, threshold: 50%, period: 45s}", "45s is no period of an alarm"),
    (
      "{policy: simple, threshold: 50%, datapoints: 3, evaluation-periods: 2}",
      "3 of 2 datapoints can never breach"
    ),
    (
      "{policy: simple, threshold: 5, metric: Queue}",
      "the component itself publishes no metric 'Queue'"
    ),
    (
      "{policy: target-tracking, metric: mem_used_percent, target: 70%}",
      "'mem_used_percent' is published only with 'memory'"
    ),
    ("{policy: simple, threshold: 5, of: alb}", "there is no component 'alb'"),
    ("{policy: simple, threshold: 50%, adjustment: two}", "'two' is not an adjustment"),
    (
      "{policy: step, threshold: 50%, steps: [{adjustment: +1}, {adjustment: +2}]}",
      "two steps begin at 0%"
    ),
  ])
  func `a policy that cannot work is reported`(_ policy: String, _ message: String) {
    let found = problems(
      Run.text("rate: 1/s\nrequests: 1", ScalingTests.group("scaling: [\(policy)]"), seed: 1))
    #expect(found.contains { $0.hasSuffix(message) }, "\(found)")
  }
}

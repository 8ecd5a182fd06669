import Kernel

/// How the application on an instance takes requests: workers or event loops, and connections.
struct Application: Sendable {
  /// How a process works on several requests.
  enum Concurrency: String, CaseIterable, Sendable {
    /// Each thread works on one request from beginning to end.
    case threads
    /// One loop works on any number of requests, one at a time where they compute or block.
    case eventLoop = "event-loop"
  }

  /// Connections that a process keeps to another component.
  struct Connections: Sendable {
    let size: Int
    let overflow: Int
    let connect: Distribution
    let patience: Nanoseconds?
  }

  let processes: Int
  let concurrency: Concurrency
  let threads: Int
  let backlog: Int
  let healthCheckTime: Distribution
  let connections: [(name: String, value: Connections)]
  /// How long a request may take until its process is killed.
  let workerTimeout: Nanoseconds?
  /// How many requests a process takes before it answers 503.
  let concurrencyLimit: Int?
  /// From the end of a process until another works in its place.
  let restart: Nanoseconds
  let memory: Memory?

  /// What the application needs of an instance's memory, in bytes.
  struct Memory: Sendable {
    let base: Int
    let process: Int
    let request: Int

    /// Reads the section `memory`, if it is written.
    static func read(_ parameters: inout ParameterReader) -> Memory? {
      parameters.section(
        "memory", "What is needed of the instance's memory; beyond it a process is killed.",
        required: false
      ) { memory in
        Memory(
          base: memory.size("base", default: 0, "What the system and the application share."),
          process: memory.size("process", default: 0, "What each process needs by itself."),
          request: memory.size("request", default: 0, "What each request at work needs."))
      }
    }
  }

  /// Whether memory, time or number of requests of a process are limited.
  var hasLimits: Bool { memory != nil || workerTimeout != nil || concurrencyLimit != nil }

  /// Reads the parameters of the application.
  ///
  /// - Parameters:
  ///   - parameters: the parameters of the group.
  ///   - vCPUs: of the instance, the default number of processes.
  ///   - memory: what it needs of the host's memory, if that is to be limited.
  init(from parameters: inout ParameterReader, vCPUs: Int, memory: Memory? = nil) {
    self.memory = memory
    concurrency = parameters.choice(
      "concurrency", default: .threads,
      "threads: each works on one request from beginning to end; event-loop: a process works on "
        + "any number, one at a time where they compute or block.")
    processes = parameters.count(
      "processes", default: vCPUs, in: 1...1024,
      "Processes on an instance; its vCPUs if none is written.", source: "assumed")
    threads = parameters.count(
      "threads", default: 1, in: 1...10_000, "Threads of a process, with 'threads'.",
      source: "gunicorn 27.0.1")
    backlog = parameters.count(
      "backlog", default: 2048, in: 0...1_000_000,
      "Requests of an instance that can wait for a thread; further connections are dropped.",
      source: "gunicorn 27.0.1")
    healthCheckTime = parameters.timeDistribution(
      "health-check-time", default: .constant(0.001), "What a health check computes.",
      source: "assumed")
    connections = parameters.namedSections(
      "connections", "Connections that a process keeps, by the component they lead to.",
      required: false
    ) { _, pool in
      Connections(
        size: pool.count("size", default: 5, in: 0...100_000, "Connections that are kept open."),
        overflow: pool.count(
          "overflow", default: 0, in: 0...100_000, "Further connections, closed after use."),
        connect: pool.timeDistribution(
          "connect", default: .constant(0.001), "How long opening a connection takes.",
          source: "assumed"),
        patience: pool.optionalDuration(
          "wait", in: 1...Nanoseconds.longest,
          "How long a request waits for a connection before it fails."))
    }
    workerTimeout = parameters.optionalDuration(
      "worker-timeout", in: 1...Nanoseconds.longest,
      "How long a request may take until its process is killed.", source: "gunicorn 27.0.1")
    concurrencyLimit = parameters.optionalCount(
      "limit-concurrency", in: 1...1_000_000,
      "Requests of a process above which it answers 503.", source: "uvicorn 0.54.0")
    restart = parameters.duration(
      "restart", from: "application.restart",
      "From the end of a killed process until another works in its place.")
    let names = parameters.context.componentKinds.map(\.name)
    for pool in connections where !parameters.isDescribing {
      if !names.contains(pool.name) {
        parameters.report(
          "'connections' leads to '\(pool.name)', which does not exist", at: "connections",
          help: Spelling.help(for: pool.name, among: names))
      }
      if pool.value.size + pool.value.overflow == 0 {
        parameters.report(
          "the pool to '\(pool.name)' has no connections", at: "connections",
          help: "write a 'size' or an 'overflow' above 0")
      }
    }
  }
}

extension DocumentedQuantity {
  /// Every name that a quantity may have.
  ///
  /// Of percentiles one stands for all.
  public static let kinds: [Kind] = load + responses + steps + resources + scaling + money + changes

  private static let load = [
    Kind("users", .count, .setting, "How many users there are at a time."),
    Kind("duration", .duration, .setting, "How long the load lasts."),
    Kind("think", .duration, .setting, "The mean time that a user waits between requests."),
    Kind("mix", .share, .setting, of: [.endpoint], "The share of requests for an endpoint."),
    Kind("requests", .count, .count, of: [.endpoint], orAll: true, "Requests that ended."),
    Kind("throughput", .rate, .measured, of: [.endpoint], orAll: true, "Requests per second."),
    Kind("failures", .count, .count, of: [.endpoint], orAll: true, "Requests that failed."),
    Kind(
      "failure_rate", .share, .measured, of: [.endpoint], orAll: true,
      "The share of requests that failed."),
    Kind("server_error_rate", .share, .measured, "The share of requests answered with 5xx."),
  ]

  private static let responses = [
    Kind(
      "response.mean", .duration, .measured, of: [.endpoint], orAll: true,
      "The mean response time."),
    Kind(
      "response.min", .duration, .measured, of: [.endpoint], orAll: true,
      "The shortest response time."),
    Kind(
      "response.max", .duration, .measured, of: [.endpoint], orAll: true,
      "The longest response time."),
    Kind(
      "response.p99", .duration, .measured, of: [.endpoint], orAll: true,
      "The response time that 99% stay below; any percentile is written alike."),
    Kind("target_response.mean", .duration, .measured, "The mean time that the targets take."),
    Kind("target_response.p99", .duration, .measured, "A percentile of the time of the targets."),
  ]

  private static let steps = [
    Kind("routing", .duration, .setting, "What the load balancer adds to a request."),
    Kind("compute", .duration, .setting, of: [.name], "A step of every request that computes."),
    Kind("step", .duration, .setting, of: [.name], "A step of every request that mostly waits."),
    Kind("miss", .duration, .setting, of: [.name], "A further step of a request that misses."),
    Kind("path", .duration, .derived, "The sum of the steps of a request, on a hit if cached."),
    Kind("path.miss", .duration, .derived, "The sum of the steps of a request that misses."),
    Kind("step_share", .share, .derived, of: [.name], "The part that a step is of the path."),
    Kind(
      "speed_up", .number, .derived, "How many times shorter the path is than in the first arm."),
    Kind("read_time", .duration, .measured, "The time of one read, cached or not."),
    Kind("hit_rate", .share, .measured, "The share of reads that the cache answers."),
    Kind("hits", .count, .count, "Reads that the cache answered."),
    Kind("misses", .count, .count, "Reads that the cache did not answer."),
    Kind("ttl", .duration, .setting, "How long the cache keeps a value."),
    Kind("keys", .count, .setting, "How many different keys are asked for."),
    Kind("cache_response.mean", .duration, .measured, "The mean time of a read of the cache."),
    Kind("pool", .count, .setting, "The connections of a pool."),
  ]

  private static let resources = [
    Kind("items", .count, .setting, "The items of a table."),
    Kind("matching_items", .count, .setting, "The items that one read is about."),
    Kind("read_units", .number, .setting, "The read units that one read of the table takes."),
    Kind("read_capacity", .number, .setting, "The provisioned read units per second."),
    Kind("write_capacity", .number, .setting, "The provisioned write units per second."),
    Kind("indexes", .count, .setting, "How many indexes have a capacity of their own."),
    Kind("index_read_capacity", .number, .setting, "The read units per second of each index."),
    Kind("consumed_read_units", .rate, .measured, "Read units consumed per second."),
    Kind(
      "read_capacity_utilization", .share, .measured, "Consumed of provisioned read units."),
    Kind("scan_share", .share, .measured, "The share of table reads that are scans."),
    Kind("throttled", .flag, .measured, "Whether the table throttles."),
    Kind("database_bytes", .dataRate, .measured, "Bytes moved from the table per time."),
    Kind("cpu", .share, .measured, "The mean utilization of the processors."),
    Kind("instance_type", .word, .setting, "The type of the instances."),
    Kind("cache_node", .word, .setting, "The type of the cache's node."),
    Kind("unhealthy_hosts", .count, .measured, "Targets that fail their health checks."),
  ]

  private static let scaling = [
    Kind("instances", .count, .setting, "The instances in use, as a figure of its own."),
    Kind("instances.start", .count, .setting, "The instances at the start."),
    Kind("instances.max", .count, .setting, "The most instances that may be."),
    Kind(
      "scale_out_threshold", .share, .setting, "The utilization above which instances are added."),
    Kind("scale_out", .moment, .measured, of: [.name], "When an instance is added, by number."),
    Kind("scale_in", .moment, .measured, of: [.name], "When an instance is removed, by number."),
    Kind("throttling_at", .moment, .measured, "When throttling is still seen."),
    Kind("ready_in_time", .flag, .measured, "Whether added capacity serves the load."),
    Kind("fixed_fleet", .flag, .measured, "Whether the load needs no further instance."),
    Kind("instance_hours", .duration, .derived, "The sum of the time that instances ran."),
  ]

  private static let money = [
    Kind(
      "cost", .money, .derived, of: [.name], orAll: true,
      "US dollars a month, of all or of an item."),
    Kind("saving", .money, .derived, "US dollars a month saved beside the first arm."),
    Kind("instance_price", .money, .setting, "US dollars for an hour of an instance."),
    Kind("instance_cost", .money, .derived, "US dollars for the instances during the load."),
    Kind("transfer", .size, .setting, "Bytes sent to the internet in a month."),
  ]

  private static let changes = [
    Kind(
      "response_reduction", .share, .derived, of: [.name],
      "What a phase takes off the mean response time."),
    Kind(
      "read_units_reduction", .share, .derived, of: [.name],
      "What a phase takes off the consumed read units."),
  ]
}

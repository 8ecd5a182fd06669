import Components
let n = Int(CommandLine.arguments[1])!
let clock = ContinuousClock()
for (c, r) in [(1, 0.8), (16, 14.4)] {
  var out = ""
  let d = clock.measure { out = spike(n, c, r) }
  print(out, d)
}

import Kernel
import Testing

/// A distribution with its exact properties, computed with 60 digits (mpmath) and rounded.
struct DistributionReference: Sendable, CustomTestStringConvertible {
  let distribution: Distribution
  let mean: Double
  let variance: Double
  /// The fourth central moment over the squared variance.
  let kurtosis: Double
  /// The quantiles of ``probabilities``.
  let quantiles: [Double]

  init(
    _ distribution: Distribution, mean: Double, variance: Double, kurtosis: Double,
    quantiles: [Double]
  ) {
    self.distribution = distribution
    self.mean = mean
    self.variance = variance
    self.kurtosis = kurtosis
    self.quantiles = quantiles
  }

  var testDescription: String { "\(distribution)" }

  static let probabilities = [0.001, 0.1, 0.5, 0.9, 0.95, 0.999]

  static let all: [DistributionReference] = [
    DistributionReference(
      .exponential(mean: 0.01),
      mean: 0.01, variance: 0.0001,
      kurtosis: 9.0,
      quantiles: [
        1.0005003335835336e-05, 0.0010536051565782632, 0.006931471805599453,
        0.02302585092994046, 0.0299573227355399, 0.06907755278982136,
      ]),
    DistributionReference(
      .uniform(low: 2, high: 5),
      mean: 3.5, variance: 0.75,
      kurtosis: 1.8,
      quantiles: [
        2.003, 2.3, 3.5,
        4.7, 4.85, 4.997,
      ]),
    DistributionReference(
      .erlang(shape: 3, mean: 2),
      mean: 2.0, variance: 1.3333333333333333,
      kurtosis: 5.0,
      quantiles: [
        0.1270222517122688, 0.7347102188328807, 1.782706875815707,
        3.54821355855614, 4.197195747914659, 7.485914828275107,
      ]),
    DistributionReference(
      .erlang(shape: 100, mean: 2),
      mean: 2.0, variance: 0.04,
      kurtosis: 3.06,
      quantiles: [
        1.438427949900008, 1.748352729991873, 1.9933372983863098,
        2.2602104771968894, 2.3399426889232493, 2.6754052782275717,
      ]),
    DistributionReference(
      .gamma(shape: 0.5, mean: 2),
      mean: 2.0, variance: 8.0,
      kurtosis: 15.0,
      quantiles: [
        3.14159429852498e-06, 0.03158154818686245, 0.9098728462391455,
        5.41108690819083, 7.682917641388249, 21.655132341325462,
      ]),
    DistributionReference(
      .gamma(shape: 2.5, mean: 2),
      mean: 2.0, variance: 1.6,
      kurtosis: 5.4,
      quantiles: [
        0.08408504105168767, 0.6441231947849292, 1.740584076438211,
        3.6945427599124474, 4.428199077406541, 8.20600226097315,
      ]),
    DistributionReference(
      .truncatedNormal(mean: 10, standardDeviation: 3, low: 0, high: .infinity),
      mean: 10.004628823033226, variance: 8.953690343665064,
      kurtosis: 2.957673193479146,
      quantiles: [
        1.0519268398785286, 6.161937010210118, 10.001613242221822,
        13.845388255002737, 14.935185011006714, 19.271079276704103,
      ]),
    DistributionReference(
      .truncatedNormal(mean: 1, standardDeviation: 2, low: 0, high: 3.0),
      mean: 1.413262436123066, variance: 0.691093036345973,
      kurtosis: 1.897829486102332,
      quantiles: [
        0.003025608528832845, 0.29279424856918623, 1.3779364644115502,
        2.5994437730807003, 2.790732901994817, 2.9956009398257275,
      ]),
    DistributionReference(
      .truncatedNormal(mean: -5, standardDeviation: 1, low: 1, high: .infinity),
      mean: 1.1584826045445988, variance: 0.02398763678916677,
      kurtosis: 8.03853289193693,
      quantiles: [
        1.0001624568125396, 1.0170850626606782, 1.1115650618134394,
        1.363414284520761, 1.468992083074273, 2.0363664937097026,
      ]),
    DistributionReference(
      .truncatedNormal(mean: 5, standardDeviation: 2, low: 0, high: 1.0),
      mean: 0.5910958436646502, variance: 0.07773626698979536,
      kurtosis: 2.0130905745731775,
      quantiles: [
        0.0018850645930176956, 0.16963947578546326, 0.6319332928645738,
        0.9367605958927842, 0.9688840356849332, 0.999387099831878,
      ]),
    DistributionReference(
      .truncatedNormal(mean: 3, standardDeviation: 1000, low: 1, high: 1.5),
      mean: 1.250000036458333, variance: 0.020833333159721426,
      kurtosis: 1.8000000085715555,
      quantiles: [
        1.0005000002289168, 1.0500000204375048, 1.2500000546874992,
        1.4500000189374955, 1.47500000994531, 1.4995000002081458,
      ]),
    DistributionReference(
      .lognormal(mean: 0.05, coefficientOfVariation: 2),
      mean: 0.05, variance: 0.010000000000000002,
      kurtosis: 947.0,
      quantiles: [
        0.00044349149782076276, 0.004399457721524589, 0.022360679774997897,
        0.11365037048855421, 0.1801923644792505, 1.1274173292090373,
      ]),
    DistributionReference(
      .lognormalQuantiles(p50: 0.1, p95: 0.3),
      mean: 0.12498844582331568, variance: 0.008782925461613444,
      kurtosis: 17.902733692890376,
      quantiles: [
        0.012694599805906467, 0.042487527322429414, 0.1,
        0.23536319080449156, 0.3, 0.7877365299335596,
      ]),
    DistributionReference(
      .weibull(shape: 0.7, scale: 3.0),
      mean: 3.79747051817185, variance: 30.841519982878385,
      kurtosis: 23.54201549660738,
      quantiles: [
        0.00015549531507448605, 0.12048883584640811, 1.7771703388564013,
        9.875798916494821, 14.382680185168958, 47.44320621882768,
      ]),
    DistributionReference(
      .weibull(shape: 3.5, scale: 2.0),
      mean: 1.799494353005678, variance: 0.32429100584919046,
      kurtosis: 2.712731894438219,
      quantiles: [
        0.2779388181356455, 1.0514656910416216, 1.8011569406773749,
        2.538166994788197, 2.736362999945845, 3.474085886788124,
      ]),
    DistributionReference(
      .pareto(shape: 4.5, minimum: 2.0),
      mean: 2.5714285714285716, variance: 0.5877551020408164,
      kurtosis: 149.44444444444446,
      quantiles: [
        2.0004447162507337, 2.0473793888877627, 2.333058079152233,
        3.3362010744001176, 3.8917754351527765, 9.283177667225557,
      ]),
    DistributionReference(
      .pareto(shape: 1.5, minimum: 1.0),
      mean: 3.0, variance: .infinity,
      kurtosis: .infinity,
      quantiles: [
        1.0006672227165025, 1.0727659828951441, 1.5874010519681996,
        4.641588833612779, 7.368062997280769, 99.99999999999994,
      ]),
    DistributionReference(
      .hyperexponential([.init(weight: 3, mean: 1), .init(weight: 1, mean: 10)]),
      mean: 3.25, variance: 40.9375,
      kurtosis: 25.890064681545365,
      quantiles: [
        0.0012911315451357046, 0.1378491435662375, 1.0071214580761638,
        9.170713533221159, 16.094394484116865, 55.21460917862245,
      ]),
    DistributionReference(
      .mixture([
        .init(weight: 1, distribution: .uniform(low: 0, high: 1)),
        .init(weight: 1, distribution: .gamma(shape: 2.5, mean: 4)),
        .init(weight: 2, distribution: .constant(2)),
      ]),
      mean: 2.125, variance: 3.167708333333333,
      kurtosis: 13.21581471073667,
      quantiles: [
        0.0039999061416553326, 0.3924641486338498, 2.0,
        4.105493659521458, 5.831420901319167, 13.823181530160753,
      ]),
    DistributionReference(
      .empirical(values: [8, 1, 4, 2], weights: [2, 1, 6, 7]),
      mean: 3.4375, variance: 3.99609375,
      kurtosis: 3.649455485705604,
      quantiles: [
        1.0, 2.0, 2.0,
        8.0, 8.0, 8.0,
      ]),
    DistributionReference(
      .zipf(count: 1000, exponent: 0.9),
      mean: 172.41926274834614, variance: 60652.37042660666,
      kurtosis: 4.773885919718794,
      quantiles: [
        1.0, 2.0, 47.0,
        582.0, 766.0, 995.0,
      ]),
  ]
}

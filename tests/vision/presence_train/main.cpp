// SPDX-License-Identifier: Apache-2.0
// Trains the weights of agent/vision/seal_presence.cpp and says what they are worth:
//   presence_train FOLDER > agent/vision/seal_presence_weights.inc
// FOLDER/sealed and FOLDER/unsealed hold crops whose names begin with the truck's ("1-122930001-OCR..."). The
// figures, on stderr, are of five parts of the trucks, each judged by weights trained without it.
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "agent/vision/seal_presence.hpp"

namespace {

using namespace sealkeep::vision;

constexpr int kParts = 5, kRounds = 1500;
constexpr double kPull = 3e-3, kRate = 2.0, kMomentum = 0.9, kSealedWeight = 2.0;

struct Crop {
  std::vector<float> features;
  bool sealed = false;
  int part = 0;
};
using Weights = std::vector<double>;  // the last is added

double score(const Weights& weights, const std::vector<float>& features) {
  double sum = weights.back();
  for (std::size_t i = 0; i < features.size(); ++i) sum += weights[i] * static_cast<double>(features[i]);
  return sum;
}

/// Logistic regression around the mean; `without` leaves a part out.
Weights train(const std::vector<Crop>& crops, int without) {
  const std::size_t count = crops.front().features.size();
  std::vector<double> mean(count, 0.0), moved(count + 1, 0.0);
  Weights weights(count + 1, 0.0);
  double used = 0;
  for (const Crop& crop : crops) used += crop.part != without;
  for (const Crop& crop : crops)
    for (std::size_t i = 0; crop.part != without && i < count; ++i)
      mean[i] += static_cast<double>(crop.features[i]) / used;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> slope(count + 1, 0.0);
    double total = 0, shift = 0;
    for (std::size_t i = 0; i < count; ++i) shift += weights[i] * mean[i];
    for (const Crop& crop : crops) {
      if (crop.part == without) continue;
      const double weight = crop.sealed ? kSealedWeight : 1;
      const double says = 1 / (1 + std::exp(shift - score(weights, crop.features)));
      const double wrong = (says - (crop.sealed ? 1 : 0)) * weight;
      total += weight;
      slope[count] += wrong;
      for (std::size_t i = 0; i < count; ++i)
        slope[i] += wrong * (static_cast<double>(crop.features[i]) - mean[i]);
    }
    for (std::size_t i = 0; i <= count; ++i) {
      const double pull = i < count ? kPull * weights[i] : 0;
      moved[i] = kMomentum * moved[i] - kRate * (slope[i] / total + pull);
      weights[i] += moved[i];
    }
  }
  for (std::size_t i = 0; i < count; ++i) weights[count] -= weights[i] * mean[i];
  return weights;
}

std::vector<Crop> load(const std::filesystem::path& folder) {
  std::map<std::string, std::pair<std::filesystem::path, bool>> files;
  std::map<std::string, int> trucks;
  for (const bool sealed : {false, true}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder / (sealed ? "sealed" : "unsealed"))) {
      const std::string name = entry.path().filename().string();
      files[name] = {entry.path(), sealed};
      trucks[name.substr(0, name.find("-OCR"))] = 0;
    }
  }
  int next = 0;
  for (auto& [truck, part] : trucks) part = next++ * 7 % kParts;
  std::vector<Crop> crops;
  for (const auto& [name, file] : files)
    crops.push_back({presence_features(cv::imread(file.first.string())), file.second,
                     trucks[name.substr(0, name.find("-OCR"))]});
  return crops;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::vector<Crop> crops = load(argv[1]);
  int right = 0, seen = 0, seen_wrong = 0, not_seen = 0, not_seen_wrong = 0;
  for (int part = 0; part < kParts; ++part) {
    const Weights weights = train(crops, part);
    for (const Crop& crop : crops) {
      if (crop.part != part) continue;
      const double says = score(weights, crop.features) * 1000;
      right += (says > 0) == crop.sealed;
      seen += says > kSeenMilli;
      seen_wrong += says > kSeenMilli && !crop.sealed;
      not_seen += says < kNotSeenMilli;
      not_seen_wrong += says < kNotSeenMilli && crop.sealed;
    }
  }
  std::fprintf(stderr, "%zu crops; forced to choose, right: %d; seen: %d, wrong %d; not seen: %d, wrong %d\n",
               crops.size(), right, seen, seen_wrong, not_seen, not_seen_wrong);
  const Weights weights = train(crops, -1);
  for (std::size_t i = 0; i < weights.size(); ++i)
    std::printf("%ld,%s", std::lround(weights[i] * 1000),
                i % 16 == 15 || i + 1 == weights.size() ? "\n" : " ");
}

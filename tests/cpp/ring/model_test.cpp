// Every interleaving of the broadcast protocol's loads and stores, with a crash of the producer
// after any store, and with seeded faults that the same search must find.
#include "ring/model.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <ostream>

namespace hft::ring::model {
namespace {

const std::vector<int> producer_and_copier{0, 1};
const std::vector<int> producer_and_viewer{0, 2};
const std::vector<int> producer_and_both{0, 1, 2};
const std::vector<int> producer_and_device{0, 3};

TEST(Model, TwoReadersOverTheWrapOfTheRingAndOfTheStamps) {
  Model model(5, Fault::none, producer_and_both);  // in 3 laps: stamps come again
  EXPECT_TRUE(model.check(0)) << model.problem();
  EXPECT_TRUE(model.saw_loss());
  std::printf("%zu states\n", model.states());
}

TEST(Model, AProducerKilledAfterAnyStoreAndItsSuccessor) {
  for (const auto& processes : {producer_and_copier, producer_and_viewer, producer_and_device}) {
    Model model(6, Fault::none, processes);
    EXPECT_TRUE(model.check(1)) << model.problem();
    EXPECT_TRUE(model.saw_closed());
    std::printf("%zu states\n", model.states());
  }
}

struct Seeded {
  friend void PrintTo(const Seeded& seeded, std::ostream* out) { *out << seeded.problem; }
  Fault fault;
  std::vector<int> processes;
  int crashes;
  const char* problem;
};

class ModelFault : public ::testing::TestWithParam<Seeded> {};

TEST_P(ModelFault, IsFound) {
  const Seeded& seeded = GetParam();
  Model model(6, seeded.fault, seeded.processes);
  EXPECT_FALSE(model.check(seeded.crashes));
  EXPECT_EQ(model.problem(), seeded.problem);
}

INSTANTIATE_TEST_SUITE_P(
    Seeded, ModelFault,
    ::testing::Values(
        Seeded{Fault::three_stamps, producer_and_copier, 0, "a torn record was taken"},
        Seeded{Fault::stamp_before_payload, producer_and_copier, 0,
               "another position's record was taken"},
        Seeded{Fault::no_lap_check, producer_and_copier, 0, "a torn record was taken"},
        Seeded{Fault::lap_told_late, producer_and_copier, 0,
               "a published record was called not there yet"},
        Seeded{Fault::one_look, producer_and_copier, 0,
               "a record was counted lost that was still there"},
        Seeded{Fault::keep_unchecked, producer_and_viewer, 0, "a torn record was taken"},
        Seeded{Fault::torn_slot_rewritten, producer_and_device, 1, "a torn record was taken"}));

}  // namespace
}  // namespace hft::ring::model

// Writes the raw file of a benchmark's workload, and says on one line what is in it:
//   synth_file OUT.raw MESSAGES [SEED [INSTRUMENTS [LIVE_ORDERS [dense|sparse]]]]
// The canonical workload is 20,000,000 messages, seed 1, 8,300 instruments, 1,500,000 live orders.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "hft/base/error.hpp"
#include "hft/engine/synth/synth.hpp"

namespace {

namespace synth = hft::engine::synth;

std::uint64_t number(const char* text) {
  return std::strtoull(text, nullptr, 10);
}

void print(const char* path, const synth::Summary& summary) {
  const auto share = [](std::uint64_t part, std::uint64_t all) {
    return 100.0 * static_cast<double>(part) / static_cast<double>(all);
  };
  std::printf("{\"file\": \"%s\", \"messages\": %llu, \"bytes\": %llu, \"live_orders\": %llu, ",
              path, static_cast<unsigned long long>(summary.messages),
              static_cast<unsigned long long>(summary.bytes),
              static_cast<unsigned long long>(summary.live_orders));
  std::printf("\"max_levels\": %llu, \"deep_percent\": %.2f, \"digest\": \"%016llx\"",
              static_cast<unsigned long long>(summary.max_levels),
              share(summary.deep_messages, summary.book_messages),
              static_cast<unsigned long long>(summary.digest));
  for (std::size_t type = 0; type < summary.by_type.size(); ++type) {
    if (summary.by_type[type] == 0) continue;
    std::printf(", \"%c\": %llu", static_cast<char>(type),
                static_cast<unsigned long long>(summary.by_type[type]));
  }
  std::puts("}");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("synth_file OUT.raw MESSAGES [SEED [INSTRUMENTS [LIVE_ORDERS [dense|sparse]]]]\n",
               stderr);
    return 2;
  }
  synth::Options options;
  options.messages = number(argv[2]);
  if (argc > 3) options.seed = number(argv[3]);
  if (argc > 4) options.instruments = static_cast<std::uint32_t>(number(argv[4]));
  if (argc > 5) options.live_orders = static_cast<std::uint32_t>(number(argv[5]));
  if (argc > 6 && std::string_view(argv[6]) == "sparse") {
    options.order_ids = synth::OrderIds::sparse;
  }
  try {
    print(argv[1], synth::generate(options, argv[1]));
  } catch (const hft::Error& error) {
    std::fprintf(stderr, "synth_file: %s\n", error.what());
    return 1;
  }
}

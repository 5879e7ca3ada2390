// From bytes to books: what a message costs at each step of the main job, as a ratio to what the
// machine asks for the least that any program must do.
//
//   book_bench [--full] [--messages N] [--rounds N] [--instruments N] [--live N] [--growth]
//
// Floors, measured in each round beside ours: `hop` walks the file from length to length, a chain
// of dependent loads; `random_line` reads cache lines of 128 MiB that do not wait for each other;
// `dependent_line` reads lines of 1 GiB that do. Times are the thread's own processor time: this
// machine's other users cost waiting, not counting. Before a figure counts, the books' digest is
// compared with what the generator's own books have.
#include <sys/mman.h>
#include <unistd.h>

#include <cinttypes>
#include <filesystem>
#include <memory>
#include <optional>

#include "bench.hpp"
#include "hft/base/clock.hpp"
#include "hft/book/map_book.hpp"
#include "hft/book/order_book.hpp"
#include "hft/engine/replay.hpp"
#include "hft/engine/synth/synth.hpp"
#include "hft/feed/itch50/decoder.hpp"
#include "random_lines.hpp"

namespace {

using bench::ns_per;
using bench::RandomLines;
namespace itch50 = hft::feed::itch50;
namespace synth = hft::engine::synth;
using hft::book::OrderBookSet;
using hft::record::Record;
using hft::record::Touch;

constexpr std::size_t block_records = 192;  // 12 KiB: the first level cache holds them

struct Arguments {
  bool full = false;
  std::uint64_t messages = 200'000;
  std::size_t rounds = 3;
  std::uint32_t instruments = 8'300;
  std::uint32_t live_orders = 0;
  bool growth = false;  // only the dense books: for plots over instruments and live orders
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--full") {
      arguments = {true, 20'000'000, 7, 8'300, 1'500'000, false};
      continue;
    }
    if (name == "--growth") {
      arguments.growth = true;
      continue;
    }
    const std::uint64_t value = i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0;
    if (name == "--messages") arguments.messages = value;
    if (name == "--rounds") arguments.rounds = value;
    if (name == "--instruments") arguments.instruments = static_cast<std::uint32_t>(value);
    if (name == "--live") arguments.live_orders = static_cast<std::uint32_t>(value);
  }
  return arguments;
}

struct Workload {
  std::vector<std::byte> bytes;
  synth::Summary summary;
};

synth::Options synth_options(const Arguments& arguments, synth::OrderIds ids) {
  synth::Options options;
  options.messages = arguments.messages;
  options.instruments = arguments.instruments;
  options.live_orders = arguments.live_orders;
  options.order_ids = ids;
  return options;
}

Workload make_workload(const Arguments& arguments, synth::OrderIds ids) {
  Workload workload;
  workload.bytes = synth::generate_raw(synth_options(arguments, ids), &workload.summary);
  return workload;
}

std::uint64_t hop(std::span<const std::byte> bytes) {
  const std::byte* at = bytes.data();
  const std::byte* const end = at + bytes.size();
  std::uint64_t messages = 0;
  for (; at < end; ++messages) {
    std::uint16_t length;
    std::memcpy(&length, at, sizeof length);
    at += sizeof length + __builtin_bswap16(length);
  }
  return messages;
}

/// Decodes a raw session block by block into one array, and hands each block on.
template <class OnBlock>
void decode_all(std::span<const std::byte> bytes, std::vector<Record>& out, std::uint64_t run,
                OnBlock&& on_block) {
  const auto decode = itch50::decode_blocks_for(hft::chosen_isa());
  itch50::TypeCounts counts{};
  itch50::Context context{1, 0, 1, 0, hft::record::Venue::xnas, 0};
  while (!bytes.empty()) {
    const itch50::BlockRun done = decode(bytes, run, context, out, counts);
    if (done.messages == 0) std::abort();  // the generator writes no bad message
    on_block(std::span<const Record>(out.data(), done.records));
    context.sequence_number += done.messages;
    bytes = bytes.subspan(done.bytes);
  }
}

hft::book::Config book_config(const Workload& workload) {
  hft::book::Config config;
  config.max_orders = static_cast<std::uint32_t>(workload.summary.max_live_orders + 1);
  return config;
}

/// Runs a session through a new book set; returns ns a message, and in `digest` what it came to.
double run_book(const Workload& workload, std::uint64_t& digest) {
  OrderBookSet book(book_config(workload));
  book.prefault(workload.summary.max_live_orders);
  std::vector<Record> records(block_records);
  std::vector<Touch> touches(block_records);
  const double ns = ns_per(static_cast<double>(workload.summary.messages), [&] {
    decode_all(workload.bytes, records, ~std::uint64_t{0},
               [&](std::span<const Record> block) { book.apply(block, touches); });
  });
  digest = book.digest();
  return ns;
}

/// One message at a time, nothing known of the next: decode and apply, each timed by the TSC.
std::vector<double> run_single(const Workload& workload, std::uint64_t messages_max) {
  const hft::Clock clock = hft::Clock::calibrate();
  OrderBookSet book(book_config(workload));
  book.prefault(workload.summary.max_live_orders);
  std::vector<Record> records(4);
  std::vector<Touch> touches(4);
  std::vector<double> ns;
  ns.reserve(messages_max);
  const std::uint64_t skip = workload.summary.messages - messages_max;  // fill the books first
  std::uint64_t seen = 0, before = clock.ticks();
  decode_all(workload.bytes, records, 1, [&](std::span<const Record> block) {
    book.apply(block, touches);
    const std::uint64_t now = clock.ticks();
    if (seen++ >= skip) {
      ns.push_back(static_cast<double>(now - before) / clock.ticks_per_ns());
    }
    before = clock.ticks();
  });
  return ns;
}

/// A capture of one line through the whole engine, as `hft replay` runs it.
double run_capture(const std::string& path, std::uint64_t messages, std::uint64_t& digest) {
  hft::engine::ReplayOptions options;
  options.paths = {path};
  hft::engine::Replay replay(options);
  const double ns = ns_per(static_cast<double>(messages), [&] {
    while (replay.advance()) {
    }
  });
  digest = replay.feeds().at(0)->books()->digest();
  return ns;
}

/// Ends the program where two digests differ: a wrong book has no speed.
void require(const char* what, std::uint64_t expected, std::uint64_t actual) {
  if (expected == actual) return;
  std::fprintf(stderr, "book_bench: %s: digest %016" PRIx64 ", must be %016" PRIx64 "\n", what,
               actual, expected);
  std::exit(1);
}

/// The touches of the fast books are those of the map books, on the session's first messages.
void require_same_touches(const Workload& workload) {
  const auto config = book_config(workload);
  hft::book::MapBookSet reference(config);
  OrderBookSet book(config);
  std::vector<Record> records(block_records);
  std::vector<Touch> touches(block_records);
  std::uint64_t left = 200'000;
  hft::book::Digest expected, actual;
  const auto add = [](hft::book::Digest& digest, const Touch& touch) {
    std::uint64_t words[8];
    std::memcpy(words, &touch, sizeof words);
    for (const std::uint64_t word : words) digest.add(word);
  };
  decode_all(workload.bytes, records, 400, [&](std::span<const Record> block) {
    if (left == 0) return;
    left -= std::min<std::uint64_t>(left, block.size());
    reference.apply(block, [&](const Touch& touch) { add(expected, touch); });
    const std::size_t count = book.apply(block, touches);
    for (std::size_t i = 0; i < count; ++i) add(actual, touches[i]);
  });
  require("touches", expected.value(), actual.value());
}

std::string make_capture(const Arguments& arguments, synth::Summary& summary) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("hft_book_bench_" + std::to_string(getpid()) + ".pcap");
  synth::Options options = synth_options(arguments, synth::OrderIds::dense);
  options.messages = std::min<std::uint64_t>(options.messages, 4'000'000);
  options.live_orders =
      std::min(options.live_orders, static_cast<std::uint32_t>(options.messages / 13));
  summary = synth::generate(options, path.string());
  return path.string();
}

/// All that a run measures, round by round.
struct Figures {
  bench::Figure floor{"hop", "ns/message", {}};
  bench::Figure independent{"random_line", "ns/line", {}};
  bench::Figure dependent{"dependent_line", "ns/line", {}};
  bench::Figure decode{"decode", "ns/message", {}};
  bench::Figure book{"book", "ns/message", {}};
  bench::Figure book_sparse{"book_sparse_ids", "ns/message", {}};
  bench::Figure book_capture{"capture_to_book", "ns/message", {}};
  bench::Figure single_p50{"single_message_p50", "ns", {}};
  bench::Figure single_p99{"single_message_p99", "ns", {}};
  bench::Figure single_p999{"single_message_p99.9", "ns", {}};
};

void measure_floors(Figures& figures, const Workload& workload, RandomLines& independent,
                    RandomLines& dependent) {
  const auto messages = static_cast<double>(workload.summary.messages);
  figures.floor.rounds.push_back(
      ns_per(messages, [&] { figures.floor.checksum = hop(workload.bytes); }));
  figures.independent.rounds.push_back(
      ns_per(1e6, [&] { figures.independent.checksum = independent.independent(1'000'000); }));
  figures.dependent.rounds.push_back(
      ns_per(1e5, [&] { figures.dependent.checksum = dependent.dependent(100'000); }));
}

void measure_book(bench::Figure& figure, const Workload& workload) {
  figure.rounds.push_back(run_book(workload, figure.checksum));
  require(figure.name, workload.summary.digest, figure.checksum);
}

void measure_decode(bench::Figure& figure, const Workload& workload) {
  std::vector<Record> records(block_records);
  figure.rounds.push_back(ns_per(static_cast<double>(workload.summary.messages), [&] {
    decode_all(workload.bytes, records, ~std::uint64_t{0},
               [&](std::span<const Record> block) { figure.checksum += block.size(); });
  }));
}

void measure_single(Figures& figures, const Workload& workload) {
  const auto single = run_single(workload, workload.summary.messages / 4);
  figures.single_p50.rounds.push_back(bench::quantile(single, 0.5));
  figures.single_p99.rounds.push_back(bench::quantile(single, 0.99));
  figures.single_p999.rounds.push_back(bench::quantile(single, 0.999));
}

void report_all(const Figures& figures) {
  bench::report(figures.floor);
  bench::report(figures.independent);
  bench::report(figures.dependent);
  bench::report(figures.decode, &figures.floor);
  for (const bench::Figure* figure : {&figures.book, &figures.book_sparse, &figures.book_capture}) {
    bench::report(*figure, &figures.floor);
  }
  for (const bench::Figure* figure :
       {&figures.single_p50, &figures.single_p99, &figures.single_p999}) {
    bench::report(*figure, &figures.dependent);
  }
}

int run_growth(const Arguments& arguments) {
  const Workload dense = make_workload(arguments, synth::OrderIds::dense);
  RandomLines random_lines(std::size_t{128} << 20);
  RandomLines dependent_lines(std::size_t{64} << 20);
  Figures figures;
  for (std::size_t round = 0; round < arguments.rounds; ++round) {
    measure_floors(figures, dense, random_lines, dependent_lines);
    measure_book(figures.book, dense);
  }
  bench::report(figures.floor);
  bench::report(figures.independent);
  bench::report(figures.book, &figures.floor);
  return 0;
}

int run_all(const Arguments& arguments) {
  const Workload dense = make_workload(arguments, synth::OrderIds::dense);
  const Workload sparse = make_workload(arguments, synth::OrderIds::sparse);
  synth::Summary capture_summary;
  const std::string capture = make_capture(arguments, capture_summary);
  require_same_touches(dense);
  RandomLines random_lines(std::size_t{128} << 20);
  RandomLines dependent_lines(std::size_t{arguments.full ? 1024u : 64u} << 20);
  Figures figures;
  for (std::size_t round = 0; round < arguments.rounds; ++round) {
    measure_floors(figures, dense, random_lines, dependent_lines);
    measure_decode(figures.decode, dense);
    measure_book(figures.book, dense);
    measure_book(figures.book_sparse, sparse);
    figures.book_capture.rounds.push_back(
        run_capture(capture, capture_summary.messages, figures.book_capture.checksum));
    require("capture_to_book", capture_summary.digest, figures.book_capture.checksum);
    measure_single(figures, dense);
  }
  std::filesystem::remove(capture);
  report_all(figures);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  bench::report_host(arguments.full);
  bench::pin(1);
  return arguments.growth ? run_growth(arguments) : run_all(arguments);
}

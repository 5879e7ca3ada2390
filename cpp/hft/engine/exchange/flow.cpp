#include "hft/engine/exchange/flow.hpp"

#include <algorithm>
#include <vector>

#include "hft/base/error.hpp"
#include "hft/engine/replay.hpp"
#include "hft/engine/synth/instruments.hpp"
#include "hft/engine/synth/message_writer.hpp"
#include "hft/engine/synth/order_flow.hpp"
#include "hft/engine/synth/random.hpp"
#include "hft/feed/itch50/message_decoder.hpp"

namespace hft::engine::exchange {

namespace {

using record::OrderEvent;

/// Orders by seed: the synthetic market of `hft synth`, at a rate.
class SyntheticFlow final : public FlowSource {
 public:
  SyntheticFlow(const FlowOptions& options, std::uint32_t instruments)
      : options_(synth_options(options, instruments)),
        random_(options.seed),
        arrivals_(options.seed, 1),
        instruments_(options_, random_),
        live_orders_(options.live_orders),
        mean_ns_(static_cast<std::uint64_t>(1e9 / options.rate)),
        orders_(options_, options.live_orders, instruments_, random_, writer_) {
    due_ns_ = arrivals_.exponential(mean_ns_);
  }

  std::span<const OrderEvent> next() override {
    std::array<std::byte, synth::MessageWriter::max_block> block;
    writer_.point_at(block.data());
    choose();
    const auto message =
        std::span<const std::byte>(block.data(), writer_.next()).subspan(sizeof(Be16));
    std::array<record::Record, feed::itch50::records_per_message> out;
    const feed::itch50::Context context{0, 0, 0, 0, record::Venue::none, 0};
    const auto made = feed::itch50::decode(message, context, out.data());
    for (std::size_t k = 0; k < made.records; ++k) records_[k] = record::as<OrderEvent>(out[k]);
    if (++entered_ > before_open()) due_ns_ += arrivals_.exponential(mean_ns_);
    return std::span(records_).first(made.records);
  }

  std::uint64_t due_ns() const noexcept override { return due_ns_; }
  std::uint64_t before_open() const noexcept override { return live_orders_; }

 private:
  static synth::Options synth_options(const FlowOptions& options, std::uint32_t instruments) {
    synth::Options made;
    made.seed = options.seed;
    made.instruments = instruments;
    made.zipf_exponent = options.zipf_exponent;
    return made;
  }

  /// Before the day: orders only. Then the mix of a session, steered to the number of live orders.
  void choose() {
    const std::uint32_t live = orders_.market().live_orders();
    if (entered_ < live_orders_ || live == 0) return orders_.add(0, false);
    const std::uint32_t draw = random_.below(1000);
    if (draw < 75) return orders_.replace(0);
    if (draw < 110) return orders_.execute(0, false);
    if (draw < 125) return orders_.cancel(0);
    const bool too_many = live > live_orders_ + live_orders_ / 64;
    const bool too_few = live + live_orders_ / 64 < live_orders_;
    const bool add = !too_many && (too_few || draw % 2 == 0);
    return add ? orders_.add(0, false) : orders_.remove(0);
  }

  synth::Options options_;
  synth::Random random_;
  synth::Random arrivals_;
  synth::Instruments instruments_;
  synth::MessageWriter writer_;
  std::uint32_t live_orders_;
  std::uint64_t mean_ns_;
  synth::OrderFlow orders_;
  std::array<OrderEvent, feed::itch50::records_per_message> records_;
  std::uint64_t entered_ = 0;
  std::uint64_t due_ns_ = 0;
};

/// Keeps the orders of a replay, and what their instruments are called.
class OrderCollector final : public RecordSink {
 public:
  explicit OrderCollector(std::vector<OrderEvent>& orders) : orders_(orders) {}

  void take(std::span<const record::Record> records) override {
    for (const record::Record& record : records)
      if (record.kind == record::Kind::order) orders_.push_back(record::as<OrderEvent>(record));
  }

 private:
  std::vector<OrderEvent>& orders_;
};

/// The orders of a capture, read whole at the start: 64 bytes each.
class CapturedFlow final : public FlowSource {
 public:
  CapturedFlow(const FlowOptions& options, const venue::Symbols& symbols)
      : rate_(options.rate), pace_(options.pace) {
    ReplayOptions replay_options;
    replay_options.paths = {options.capture};
    replay_options.book = BookKind::none;
    replay_options.latency = false;
    Replay replay(replay_options);
    replay.outlets().records.add(std::make_unique<OrderCollector>(orders_));
    while (replay.advance()) {
    }
    replay.close();
    keep(replay, symbols);
    if (orders_.empty())
      throw Error(options.capture, "has no orders of the exchange's instruments",
                  "name its symbols under [exchange] symbols, or give another file");
    first_ns_ = orders_.front().event_time_ns;
  }

  std::span<const OrderEvent> next() override {
    const std::size_t begin = done_;
    while (done_ < orders_.size() && (orders_[done_++].flags & record::flag_last) == 0) {
    }
    ++messages_;
    return std::span(orders_).subspan(begin, done_ - begin);
  }

  std::uint64_t due_ns() const noexcept override {
    if (done_ == orders_.size()) return ~std::uint64_t{0};
    if (rate_ > 0) return static_cast<std::uint64_t>(static_cast<double>(messages_) * 1e9 / rate_);
    const std::uint64_t passed = orders_[done_].event_time_ns - first_ns_;
    return static_cast<std::uint64_t>(static_cast<double>(passed) / pace_);
  }

 private:
  /// Only orders of the exchange's symbols, under the exchange's numbers.
  void keep(const Replay& replay, const venue::Symbols& symbols) {
    std::erase_if(orders_, [&](OrderEvent& event) {
      const FeedRun* const run = replay.feeds()[event.instrument >> 16].get();
      Alpha<8> padded;
      padded.fill(' ');
      const std::string_view symbol = run->instruments().symbol(event.instrument & 0xffff);
      std::copy_n(symbol.begin(), std::min(symbol.size(), padded.size()), padded.begin());
      // Order ids are unique in a feed only.
      event.order_id |= std::uint64_t{event.instrument >> 16} << 56;
      event.instrument = symbols.find(padded);
      return event.instrument == venue::no_instrument;
    });
  }

  std::vector<OrderEvent> orders_;
  double rate_;
  double pace_;
  std::uint64_t first_ns_ = 0;
  std::size_t done_ = 0;
  std::uint64_t messages_ = 0;
};

}  // namespace

std::unique_ptr<FlowSource> make_flow(const FlowOptions& options, const venue::Symbols& symbols) {
  if (!(options.rate >= 0 && options.rate <= 1e8) || !(options.pace > 0))
    throw Error("flow", "rate or pace is out of range",
                "give a rate of 0 to 1e8 messages a second and a pace above 0");
  if (!options.capture.empty()) return std::make_unique<CapturedFlow>(options, symbols);
  if (options.rate == 0) return nullptr;
  if (options.live_orders == 0 || options.live_orders > 10'000'000)
    throw Error("flow: live_orders", std::to_string(options.live_orders) + " is out of range",
                "give 1 to 10000000");
  return std::make_unique<SyntheticFlow>(options, symbols.last());
}

}  // namespace hft::engine::exchange

// One feed on its way through a replay: its handler, its books, and what is counted of it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hft/engine/book_stage.hpp"
#include "hft/engine/instrument_table.hpp"
#include "hft/engine/outlet.hpp"
#include "hft/engine/replay_options.hpp"
#include "hft/engine/stage_latency.hpp"
#include "hft/engine/time_series.hpp"
#include "hft/feed/itch50/decoder.hpp"
#include "hft/feed/itch50/handler.hpp"

namespace hft::engine {

/// The fastest decoder of the running processor. Inline, so that a handler calls what was chosen,
/// and not a function that calls it: a packet has few messages to share such costs.
inline feed::itch50::BlockRun decode_blocks(std::span<const std::byte> blocks,
                                            std::uint64_t messages,
                                            const feed::itch50::Context& context,
                                            std::span<record::Record> out,
                                            feed::itch50::TypeCounts& counts) noexcept {
  static const feed::itch50::DecodeBlocks chosen = feed::itch50::decode_blocks_for(chosen_isa());
  return chosen(blocks, messages, context, out, counts);
}

using feed::Place;

/// Messages and touches of one instrument.
struct Activity {
  std::uint64_t messages = 0;
  std::uint64_t touches = 0;
};

class FeedRun {
 public:
  FeedRun(std::uint16_t index, record::Venue venue, std::uint8_t channel,
          std::optional<CivilDate> date, const ReplayOptions& options, Outlets& outlets,
          StageLatency& latency, TimeSeries* series = nullptr);

  /// The file of what comes next, by its index in the replay's paths.
  void set_file(std::size_t file) noexcept { handler_.set_file(file); }
  feed::Arrival on_packet(const feed::FeedPacket& packet);
  std::size_t on_file_bytes(std::span<const std::byte> bytes, std::uint64_t offset, bool last);
  void flush() { handler_.flush(); }
  void advance_time(std::uint64_t now_ns) { handler_.advance_time(now_ns); }
  void finish() { handler_.finish(); }

  const feed::itch50::FeedCounters& counters() const noexcept { return handler_.counters(); }
  const feed::LineArbiter& arbiter() const noexcept { return handler_.arbiter(); }
  const feed::itch50::HandlerOptions& options() const noexcept { return handler_.options(); }
  const InstrumentTable& instruments() const noexcept { return instruments_; }
  const Activity& activity(std::uint32_t locate) const noexcept { return activity_[locate]; }
  BookStage* books() const noexcept { return books_.get(); }

  std::uint64_t first_event_ns() const noexcept { return first_event_ns_; }
  std::uint64_t last_event_ns() const noexcept { return last_event_ns_; }
  /// Records whose time lies behind the session date's end, and the first one's place.
  std::uint64_t times_out_of_day() const noexcept { return times_out_of_day_; }
  const std::optional<Place>& place_out_of_day() const noexcept { return place_out_of_day_; }
  std::uint64_t messages_recorded() const noexcept { return messages_recorded_; }
  std::uint64_t touch_count() const noexcept { return touch_count_; }
  std::uint64_t first_sequence_number() const noexcept { return first_sequence_number_; }
  bool stopped() const noexcept { return stopped_; }

  /// 00:00 of the session date, ns since the Unix epoch; 0 before the date is known.
  std::uint64_t midnight_ns() const noexcept { return midnight_ns_; }
  std::optional<CivilDate> date() const noexcept { return date_; }

  /// Where events were refused first, by verdict.
  using RefusalPlaces = std::array<std::optional<Place>, book::verdict_count>;
  const RefusalPlaces& refusal_places() const noexcept { return refusal_places_; }

  /// Keeps the place of what was wrong for the first time since this was last called: of an
  /// impossible time, and of each reason of refusal. `locate` finds a sequence number in the
  /// packets at hand.
  template <class Locate>
  void place_faults(Locate locate) {
    if (times_out_of_day_ != 0 && !place_out_of_day_) {
      place_out_of_day_ = locate(first_time_out_of_day_);
    }
    if (books_ == nullptr || books_->refused() == refused_seen_) return;
    refused_seen_ = books_->refused();
    for (std::size_t i = 1; i < book::verdict_count; ++i) {
      if (books_->verdict_counts()[i] == 0 || refusal_places_[i]) continue;
      refusal_places_[i] = locate(books_->first_refused()[i]);
    }
  }

  /// Symbols asked for that the feed has not named.
  std::vector<std::string> symbols_missing() const;

 private:
  struct Sink {
    FeedRun* run;
    void operator()(std::span<const record::Record> records) { run->on_records(records); }
  };

  void on_records(std::span<const record::Record> records);
  void begin(const record::Record& first);
  std::span<const record::Record> before_stop(std::span<const record::Record> records);
  void count(std::span<const record::Record> records) noexcept;
  void count_time_out_of_day(const record::Record& record) noexcept;
  void find_first_message(std::span<const record::Record> records) noexcept;
  void count_over_time(std::span<const record::Record> records) noexcept;
  void count_touches(std::span<const record::Touch> touches) noexcept;
  void pass_on(std::span<const record::Record> records, Outlet& outlet);
  void learn(std::span<const std::byte> blocks);
  void select_instruments();
  bool is_selected(const record::Record& record) const noexcept;

  const Selection& selection_;
  Outlets& outlets_;
  StageLatency& latency_;
  TimeSeries* series_;  // of a raw file, whose messages have no packets to go by; else null
  std::unique_ptr<BookStage> books_;
  InstrumentTable instruments_;
  std::vector<Activity> activity_;
  std::vector<bool> selected_;             // by locate code; empty: all
  std::vector<record::Record> passed_on_;  // what a selection lets through
  bool selects_;
  bool begun_ = false;
  std::uint64_t start_ns_ = 0;  // of the selection, since the epoch
  std::uint64_t stop_ns_ = Selection::no_stop;
  bool stopped_ = false;
  std::uint64_t first_event_ns_ = 0;
  std::uint64_t times_out_of_day_ = 0;
  std::uint64_t first_time_out_of_day_ = 0;  // its sequence number
  std::optional<Place> place_out_of_day_;
  std::uint64_t last_event_ns_ = 0;
  std::uint64_t messages_recorded_ = 0;
  std::uint64_t touch_count_ = 0;
  std::uint64_t first_sequence_number_ = 0;
  RefusalPlaces refusal_places_;
  std::uint64_t refused_seen_ = 0;
  std::optional<CivilDate> date_;
  std::uint64_t midnight_ns_ = 0;
  feed::itch50::Handler<Sink, &decode_blocks> handler_;
};

}  // namespace hft::engine
